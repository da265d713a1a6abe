// Time and randomness as something that is handed in, so that a test can hold the clock and a failure is a seed.

export interface Clock {
  /** Milliseconds since 1970; may jump, also backwards. For people and for what must outlive the machine. */
  wallMs(): number;
  /** Milliseconds that only grow. For every interval. */
  steadyMs(): number;
  /** Calls once after `delayMs`; the answer cancels it. A waiting timer keeps no process alive. */
  after(delayMs: number, call: () => void): () => void;
}

/** By so much clocks of machines that share a home differ, or one that was just set right. */
export const CLOCK_TOLERATED_MS = 2 * 60_000;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  steadyMs: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that a test moves by hand; timers that became due are called in their order. */
export class ManualClock implements Clock {
  private now: number;
  private offset = 0;
  private readonly timers = new Set<{ readonly dueMs: number; readonly call: () => void }>();

  constructor(startMs = 0) {
    this.now = startMs;
  }

  wallMs(): number {
    return this.now + this.offset;
  }

  steadyMs(): number {
    return this.now;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { dueMs: this.now + Math.max(delayMs, 0), call };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  advance(byMs: number): void {
    const until = this.now + byMs;
    for (;;) {
      const due = [...this.timers].filter((it) => it.dueMs <= until).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.now = Math.max(this.now, due.dueMs);
      due.call();
    }
    this.now = until;
  }

  /** What an operator or NTP does: the wall moves, intervals do not. */
  jump(byMs: number): void {
    this.offset += byMs;
  }
}

export type Randomness = () => number;

/** Not to be guessed from outside. */
export const secureRandomness: Randomness = () => {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
};

/** A repeatable source (mulberry32): the same seed gives the same run. */
export function seeded(seed: number): Randomness {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
