// Looks at all connections of a worker now and then, so that none of them needs a timer: ten thousand that are idle cost
// two sweeps a second and no memory. It knows no deadline itself, and never calls too early, but up to a tick too late.
import type { Clock } from "../../base/clock.ts";

export interface Watched {
  /** Until then nothing can be due: it is passed by, at the cost of reading this. */
  readonly quietUntilMs: number;
  /** Ends what has been going on for too long; `nowMs` is the steady clock. */
  check(nowMs: number): void;
}

export const TICK_MS = 500;

export class Deadlines {
  readonly clock: Clock;
  private readonly watched = new Set<Watched>();
  private ticking = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The one of a clock, which is the one of a worker. */
  static of(clock: Clock): Deadlines {
    const known = byClock.get(clock) ?? new Deadlines(clock);
    byClock.set(clock, known);
    return known;
  }

  get nowMs(): number {
    return this.clock.steadyMs();
  }

  add(it: Watched): void {
    this.watched.add(it);
    if (this.ticking) return;
    this.ticking = true;
    this.clock.after(TICK_MS, () => this.sweep());
  }

  remove(it: Watched): void {
    this.watched.delete(it);
  }

  private sweep(): void {
    const { nowMs } = this;
    for (const it of this.watched) if (nowMs >= it.quietUntilMs) it.check(nowMs);
    this.ticking = this.watched.size > 0;
    if (this.ticking) this.clock.after(TICK_MS, () => this.sweep());
  }
}

const byClock = new WeakMap<Clock, Deadlines>();
