// Names for connections and messages, as access logs and the event log carry them: when, and which. Pure but for the
// clock and the randomness it is given; whoever gets one knows nothing else about its bearer.
import type { Clock, Randomness } from "../base/clock.ts";

/** Crockford's thirty-two: no letter that is read as a digit, and few words by chance. Sorts as its values do. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
/** Eighths of a second since 1970 in 35 bits, which last until 2106: fine enough to sort by, and to find the day. */
const TIME_LENGTH = 7;
const TICK_MS = 125;
const TIME_BITS = 35;
/** The count within a process in 45 bits, which begins anywhere. */
const HIGH_LENGTH = 4;
const HIGH_MAX = 2 ** 20;
const LOW_LENGTH = 5;
const LOW_MAX = 2 ** 25;
export const TRACE_LENGTH = TIME_LENGTH + HIGH_LENGTH + LOW_LENGTH;

/**
 * A process never gives the same id twice, as its count goes on when the clock goes back. Two processes would have to
 * begin their counts within a few million of each other among 2^45, and to meet in the same eighth of a second.
 */
export class TraceSource {
  private readonly clock: Pick<Clock, "wallMs">;
  private high: number;
  private low: number;
  private tick = -1;
  /** All but the low part: it changes eight times a second. */
  private start = "";

  constructor(clock: Pick<Clock, "wallMs">, random: Randomness) {
    this.clock = clock;
    this.high = Math.floor(random() * HIGH_MAX);
    this.low = Math.floor(random() * LOW_MAX);
  }

  next(): string {
    const tick = tickOf(this.clock.wallMs());
    if (++this.low >= LOW_MAX) {
      this.low = 0;
      this.high = (this.high + 1) % HIGH_MAX;
      this.tick = -1;
    }
    if (tick !== this.tick) {
      this.tick = tick;
      this.start = spelled(tick, TIME_LENGTH) + spelled(this.high, HIGH_LENGTH);
    }
    return this.start + spelled(this.low, LOW_LENGTH);
  }
}

const PREFIX = new RegExp(`^[${alphabet}]{1,${TRACE_LENGTH}}$`);

/** An id, or its beginning, as somebody typed or pasted it; undefined for what cannot be one. */
export function readTrace(text: string): string | undefined {
  const plain = text.trim().toLowerCase();
  return PREFIX.test(plain) ? plain : undefined;
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** When an id that begins so can have been made. */
export function timeOfTrace(prefix: string): Span {
  const time = prefix.slice(0, TIME_LENGTH);
  const from = numberOf(time.padEnd(TIME_LENGTH, "0"));
  const until = numberOf(time.padEnd(TIME_LENGTH, "z"));
  return { fromMs: from * TICK_MS, untilMs: (until + 1) * TICK_MS };
}

/** A clock that stands before 1970 or beyond what fits makes ids that say the nearest time. */
const tickOf = (wallMs: number): number => Math.min(Math.max(Math.floor(wallMs / TICK_MS), 0), 2 ** TIME_BITS - 1);

function spelled(value: number, length: number): string {
  let text = "";
  for (let rest = value, at = 0; at < length; at++) {
    text = alphabet[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

const numberOf = (text: string): number => [...text].reduce((sum, it) => sum * 32 + alphabet.indexOf(it), 0);
