// Tells the first few of one kind in a minute one by one, and the rest as their number. The event log keeps a repeated
// event about one object short; this is for a hundred thousand objects, each with an event of its own.
import type { Clock } from "../base/clock.ts";

const MINUTE_MS = 60_000;

export class Telling {
  private readonly clock: Clock;
  private readonly inMinuteMax: number;
  private readonly sum: (count: number) => void;
  private told = 0;
  private held = 0;
  private running = false;

  /** `sum` is told at the end of a minute in which some were not told. */
  constructor(clock: Clock, inMinuteMax: number, sum: (count: number) => void) {
    this.clock = clock;
    this.inMinuteMax = inMinuteMax;
    this.sum = sum;
  }

  tell(one: () => void): void {
    if (!this.running) {
      this.running = true;
      this.clock.after(MINUTE_MS, () => this.end());
    }
    if (this.told < this.inMinuteMax) {
      this.told++;
      one();
    } else this.held++;
  }

  private end(): void {
    const { held } = this;
    this.running = false;
    this.told = 0;
    this.held = 0;
    if (held > 0) this.sum(held);
  }
}
