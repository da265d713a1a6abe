// Keeps a route to its pace: so many messages in a time, with the whole of them at once after a rest. Pure but for the
// clock's time that is handed in.
import type { Rate } from "../../schema/kinds/rate.ts";

export class Pace {
  private rate: Rate | undefined;
  private left = 0;
  private atMs = 0;

  /** null: as fast as it goes. */
  follow(rate: Rate | null, nowMs: number): void {
    if (rate?.count === this.rate?.count && rate?.perMs === this.rate?.perMs) return;
    this.rate = rate ?? undefined;
    this.left = rate?.count ?? 0;
    this.atMs = nowMs;
  }

  /** Takes one, or says how long it is until there is one. */
  take(nowMs: number): number {
    const { rate } = this;
    if (rate === undefined) return 0;
    this.left = Math.min(rate.count, this.left + ((nowMs - this.atMs) * rate.count) / rate.perMs);
    this.atMs = nowMs;
    if (this.left < 1) return Math.ceil(((1 - this.left) * rate.perMs) / rate.count);
    this.left--;
    return 0;
  }
}
