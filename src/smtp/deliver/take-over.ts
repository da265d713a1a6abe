// Takes up what the deliverer before this one had under way when it died, at the first moment when the spool can say what
// that was. Until then nothing may be claimed: what this one has under way would be taken for what that one left.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { Interrupted, MailSpool } from "../../spool/spool.ts";
import { deliverEvents } from "./events.ts";

export interface TakeOverParts {
  readonly spool: MailSpool;
  readonly clock: Clock;
  readonly report: Report;
  /** Recipients that were under way. */
  interrupted(them: readonly Interrupted[]): void;
}

const AGAIN_MS = 5000;

export class TakeOver {
  private readonly parts: TakeOverParts;
  private readonly whenDone = Promise.withResolvers<void>();
  private isOver = false;
  private isTold = false;
  private asking: Promise<void> = Promise.resolve();
  private cancelAgain = () => {};

  constructor(parts: TakeOverParts) {
    this.parts = parts;
  }

  /** Never resolves where it was closed before. */
  get done(): Promise<void> {
    return this.whenDone.promise;
  }

  /** Resolves when the spool was asked once, whatever it said. */
  begin(): Promise<void> {
    this.asking = this.ask();
    return this.asking;
  }

  /** Waits for what is asked just now. */
  async close(): Promise<void> {
    this.isOver = true;
    this.cancelAgain();
    await this.asking;
  }

  private async ask(): Promise<void> {
    const { spool, clock, report, interrupted } = this.parts;
    const taken = await spool.takeOver(clock.wallMs());
    if (taken.ok) {
      interrupted(taken.value);
      return this.whenDone.resolve();
    }
    if (!this.isTold) report(deliverEvents.spoolUnread, about("service", "smtp"), { because: taken.error.because });
    this.isTold = true;
    if (!this.isOver) this.cancelAgain = clock.after(AGAIN_MS, () => void this.begin());
  }
}
