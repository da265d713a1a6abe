// The clock on the wall at moments of the steady one. It is asked once in a millisecond and counted on from there: a look at a
// clock costs as much as writing a third of a line does, and thousands of lines may fall into one millisecond.
import type { Clock } from "./clock.ts";

const ASKED_EVERY_MS = 1;

export class WallTimes {
  private readonly clock: Clock;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private wallMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** `steadyMs` is now, or was a moment ago. */
  at(steadyMs: number): number {
    if (steadyMs - this.askedAtMs >= ASKED_EVERY_MS) {
      this.askedAtMs = steadyMs;
      this.wallMs = this.clock.wallMs();
    }
    return this.wallMs + steadyMs - this.askedAtMs;
  }
}
