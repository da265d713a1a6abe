// The revision that waits to be confirmed, and what happens when its time is over: it stops to serve at once, whatever
// the disk says, and that is recorded as soon as it can be. Within one run the steady clock counts, so that nobody who
// sets the time prolongs or cuts the wait.
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import type { Pending } from "./change/transaction.ts";
import type { Keeper } from "./keeper.ts";
import type { Served } from "./served.ts";
import { headOf, type Revision } from "./store/revision.ts";
import { troubleFault } from "./store/trouble.ts";
import type { Teller } from "./teller.ts";

export interface ExpiryWorld {
  readonly served: Served;
  readonly keeper: Keeper;
  readonly clock: Clock;
  readonly teller: Teller;
  readonly folder: string;
}

const RETRY_FIRST_MS = 1000;
const RETRY_LAST_MS = 60_000;

export class Expiry {
  private readonly world: ExpiryWorld;
  /** Runs what the clock begins while nothing else changes. */
  private readonly exclusively: (work: () => Promise<void>) => void;
  /** With what it changed, so that it can be taken back without reading. */
  private waiting: Revision | undefined;
  /** Taken back, but not recorded yet, and why not. */
  private unrecorded: { readonly revision: Revision; readonly why: Fault } | undefined;
  private retryMs = RETRY_FIRST_MS;
  private cancel: () => void = () => {};

  constructor(world: ExpiryWorld, exclusively: (work: () => Promise<void>) => void) {
    this.world = world;
    this.exclusively = exclusively;
  }

  get revision(): Revision | undefined {
    return this.waiting;
  }

  get pending(): Pending | undefined {
    const { waiting } = this;
    return waiting?.confirm ? { revision: headOf(waiting), untilMs: waiting.confirm.untilMs } : undefined;
  }

  /** Why nothing can be changed until the disk takes what was taken back. */
  get obstacle(): Fault | undefined {
    return this.unrecorded?.why;
  }

  /** Begins to wait; what another run began to wait for cannot take longer than was asked, wherever the clock went. */
  begin(revision: Revision): void {
    if (revision.confirm === null) return;
    const { withinMs, untilMs } = revision.confirm;
    this.waiting = revision;
    this.after(Math.min(untilMs - this.world.clock.wallMs(), withinMs), () => this.takeBack(revision.n));
  }

  end(): void {
    this.cancel();
    this.waiting = undefined;
  }

  /** Nothing happens when revision `n` was confirmed or ended before this had its turn. */
  async takeBack(n: number): Promise<void> {
    const { waiting } = this;
    if (waiting?.n !== n) return;
    this.end();
    const { served, clock, teller } = this.world;
    const why = `revision ${n} was not confirmed in time`;
    const revert = served.undo(waiting, { atMs: clock.wallMs(), who: "inetsrv", why, kind: "expired", confirm: null });
    served.apply(revert);
    teller.expired(waiting, revert);
    await this.record(revert);
  }

  private async record(revert: Revision): Promise<void> {
    const { keeper, teller, folder } = this.world;
    const recorded = await keeper.record(revert);
    if (recorded.ok) {
      this.unrecorded = undefined;
      this.retryMs = RETRY_FIRST_MS;
      return;
    }
    const why = troubleFault(
      recorded.error,
      `Cannot record revision ${revert.n}, which takes the last one back`,
      folder,
    );
    if (this.unrecorded === undefined) teller.revertDelayed(revert.n - 1, why);
    this.unrecorded = { revision: revert, why };
    this.after(this.retryMs, () => this.record(revert));
    this.retryMs = Math.min(this.retryMs * 2, RETRY_LAST_MS);
  }

  private after(delayMs: number, work: () => Promise<void>): void {
    this.cancel();
    this.cancel = this.world.clock.after(delayMs, () => this.exclusively(work));
  }
}
