// Hands what came of attempts to the spool, many at once: while one record is being written the next ones gather. What
// cannot be written is kept and tried again, since a delivery that nobody noted would be made twice.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { Attempt } from "../../spool/message.ts";
import type { MailSpool, Notice } from "../../spool/spool.ts";
import type { Spooled } from "../../spool/trouble.ts";
import { deliverEvents } from "./events.ts";

export interface Conclusion {
  readonly attempts: readonly Attempt[];
  readonly notice?: {
    /** Once for each try to record it. */
    write(): Promise<Spooled<Notice>>;
    /** What is recorded where it cannot be written. */
    readonly otherwise: readonly Attempt[];
  };
}

interface Entry extends Conclusion {
  readonly done: () => void;
}

const ENTRIES_MAX = 500;
const AGAIN_MS = 1000;

export class Recorder {
  private readonly spool: MailSpool;
  private readonly clock: Clock;
  private readonly report: Report;
  private waiting: Entry[] = [];
  private writing: Promise<void> | undefined;
  private isFailing = false;
  private isClosing = false;

  constructor(spool: MailSpool, clock: Clock, report: Report) {
    this.spool = spool;
    this.clock = clock;
    this.report = report;
  }

  /** Resolves when it is on the disk, or given up as the deliverer ends. */
  record(conclusion: Conclusion): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ ...conclusion, done });
      this.writing ??= this.write();
    });
  }

  /** What cannot be written now is left to the next deliverer, which finds it claimed. */
  async close(): Promise<void> {
    this.isClosing = true;
    await this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const entries = this.waiting.splice(0, ENTRIES_MAX);
      if (!(await this.writeAll(entries))) {
        if (this.isClosing) for (const it of entries) it.done();
        else {
          this.waiting.unshift(...entries);
          await new Promise<void>((resolve) => this.clock.after(AGAIN_MS, resolve));
        }
      }
    }
    this.writing = undefined;
  }

  private async writeAll(entries: readonly Entry[]): Promise<boolean> {
    const attempts: Attempt[] = [];
    const notices: Notice[] = [];
    for (const it of entries) {
      const notice = await it.notice?.write();
      if (notice?.ok === true) notices.push(notice.value);
      attempts.push(...(it.notice === undefined || notice?.ok === true ? it.attempts : it.notice.otherwise));
    }
    const recorded = await this.spool.record(attempts, notices);
    if (recorded.ok) {
      this.isFailing = false;
      for (const it of entries) it.done();
      return true;
    }
    if (recorded.error.is === "stale") return await this.oneByOne(entries);
    if (!this.isFailing)
      this.report(deliverEvents.notRecorded, about("service", "smtp"), {
        messages: new Set(attempts.map((it) => it.id)).size,
        because: recorded.error.because,
      });
    this.isFailing = true;
    return false;
  }

  /** Somebody else has done with one of them meanwhile, as a deliverer that took over: the others count. */
  private async oneByOne(entries: readonly Entry[]): Promise<boolean> {
    const [only, ...others] = entries;
    if (only !== undefined && others.length === 0) {
      only.done();
      return true;
    }
    for (const it of entries) if (!(await this.writeAll([it]))) this.waiting.push(it);
    return true;
  }
}
