// The revision that waits to be confirmed, and the clock that runs against it. Within one run the steady clock
// counts, so that an operator or NTP setting the time neither prolongs nor cuts the wait.
import type { Clock } from "../base/clock.ts";
import type { Pending } from "./change/transaction.ts";
import { headOf, type Revision } from "./store/revision.ts";

const RETRY_FIRST_MS = 1000;
const RETRY_LAST_MS = 60_000;

export class Deadline {
  /** With what it changed, so that it can be taken back whatever the disk does. */
  revision: Revision | undefined;
  private readonly clock: Clock;
  private readonly over: (n: number) => void;
  private cancel: () => void = () => {};
  private retryMs = RETRY_FIRST_MS;

  constructor(clock: Clock, over: (n: number) => void) {
    this.clock = clock;
    this.over = over;
  }

  get pending(): Pending | undefined {
    const { revision } = this;
    return revision?.confirm ? { revision: headOf(revision), untilMs: revision.confirm.untilMs } : undefined;
  }

  /** Begins to wait; what another run began to wait for cannot take longer than was asked, wherever the clock went. */
  await(revision: Revision): void {
    if (revision.confirm === null) return;
    const { withinMs, untilMs } = revision.confirm;
    this.revision = revision;
    const waitMs = Math.min(untilMs - this.clock.wallMs(), withinMs);
    this.cancel = this.clock.after(waitMs, () => this.over(revision.n));
  }

  /** Calls again later, each time after a longer wait. */
  retry(n: number): void {
    this.cancel = this.clock.after(this.retryMs, () => this.over(n));
    this.retryMs = Math.min(this.retryMs * 2, RETRY_LAST_MS);
  }

  end(): void {
    this.cancel();
    this.revision = undefined;
    this.retryMs = RETRY_FIRST_MS;
  }
}
