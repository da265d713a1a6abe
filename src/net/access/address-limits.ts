// Rates and restrictions of addresses, over the memory that all sites of a worker share. Knows no setting and no reason:
// it is told the rate each time, and answers how long to wait.
import type { Clock } from "../../base/clock.ts";
import type { Rate } from "../../schema/kinds/rate.ts";
import type { AddressMemory, Moment } from "./address-memory.ts";
import type { Counted } from "./keyed-hash.ts";
import { charge } from "./rate-limit.ts";

export class AddressLimits {
  private readonly memory: AddressMemory;
  private readonly clock: Clock;

  constructor(memory: AddressMemory, clock: Clock) {
    this.memory = memory;
    this.clock = clock;
  }

  /** 0: one more fits into the rate, and is counted. Else how long until one does. */
  take(who: Counted, moment: Exclude<Moment, "restriction">, rate: Rate): number {
    const nowMs = this.clock.steadyMs();
    const { clearAtMs, waitMs } = charge(this.memory.until(who, moment), rate, nowMs);
    this.memory.remember(who, moment, clearAtMs, nowMs);
    return waitMs;
  }

  /** The end stands from then on, however often the address tries: it was told when it may come again. */
  restrict(who: Counted, forMs: number): void {
    const nowMs = this.clock.steadyMs();
    this.memory.remember(who, "restriction", nowMs + forMs, nowMs);
  }

  /** How long the address is still turned away; 0 when it is not. */
  restrictedMs(who: Counted): number {
    return Math.max(0, this.memory.until(who, "restriction") - this.clock.steadyMs());
  }
}
