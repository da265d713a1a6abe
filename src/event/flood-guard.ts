// Keeps one noisy cause from filling the log: after so many of the same event about the same object in a minute the
// rest is counted and told as one line. It knows a bounded number of causes and no sink but the one it is given.
import type { Clock } from "../base/clock.ts";
import type { Occurrence } from "./event.ts";
import type { Sink } from "./sink.ts";

export interface FloodLimits {
  /** Written one by one within a minute before the rest is counted. */
  readonly sameInMinuteMax: number;
  /** Causes remembered at once; beyond that the oldest minute ends early. */
  readonly causesMax: number;
}
export const floodLimits: FloodLimits = { sameInMinuteMax: 100, causesMax: 1000 };

const MINUTE_MS = 60_000;

interface Minute {
  readonly startMs: number;
  passed: number;
  held: number;
  last: Occurrence;
}

export class FloodGuard implements Sink {
  private readonly clock: Clock;
  private readonly send: (it: Occurrence) => void;
  private readonly limits: FloodLimits;
  /** In the order of their start, so that the first is always the next to end. */
  private readonly minutes = new Map<string, Minute>();
  private cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, send: (it: Occurrence) => void, limits: FloodLimits = floodLimits) {
    this.clock = clock;
    this.send = send;
    this.limits = limits;
  }

  write(it: Occurrence): void {
    const nowMs = this.clock.steadyMs();
    this.end((minute) => nowMs - minute.startMs >= MINUTE_MS);
    const cause = `${it.number} ${it.object.kind} ${it.object.name}`;
    const minute = this.minutes.get(cause);
    if (minute === undefined) {
      this.end(() => this.minutes.size >= this.limits.causesMax);
      this.minutes.set(cause, { startMs: nowMs, passed: 1, held: 0, last: it });
      this.send(it);
    } else if (minute.passed < this.limits.sameInMinuteMax) {
      minute.passed++;
      this.send(it);
    } else {
      minute.held++;
      minute.last = it;
      this.wait();
    }
  }

  /** Tells all that is still held back. */
  close(): void {
    this.end(() => true);
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  /** Ends minutes from the oldest on, as long as they are over. */
  private end(over: (minute: Minute) => boolean): void {
    for (const [cause, minute] of this.minutes) {
      if (!over(minute)) return;
      this.minutes.delete(cause);
      if (minute.held > 0) this.send(summary(minute, this.clock.steadyMs() - minute.startMs));
    }
  }

  /** A flood that stops is told when its minute ends, not when the next event happens to come. */
  private wait(): void {
    if (this.cancelTimer !== undefined) return;
    const next = this.minutes.values().find((minute) => minute.held > 0);
    if (next === undefined) return;
    this.cancelTimer = this.clock.after(next.startMs + MINUTE_MS - this.clock.steadyMs(), () => {
      this.cancelTimer = undefined;
      const nowMs = this.clock.steadyMs();
      this.end((minute) => nowMs - minute.startMs >= MINUTE_MS);
      this.wait();
    });
  }
}

/** The last one held back speaks for all: same number, same object, and how many it stands for. */
function summary({ last, held }: Minute, elapsedMs: number): Occurrence {
  if (held === 1) return last;
  const span = elapsedMs >= MINUTE_MS ? "minute" : `${Math.ceil(elapsedMs / 1000)} s`;
  return {
    ...last,
    sentence: `${last.sentence} (and ${held - 1} more like this in the last ${span})`,
    parameters: { ...last.parameters, repeated: held },
  };
}
