// Keeps the bad mail of a site: what comes is put into its folder with the reason, the bounds are held, and what cannot be
// kept is told once. The caller keeps a message that was not taken here.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { good } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import type { Badmail } from "../../proto/smtp/message/badmail.ts";
import { type BadmailSource, keepBadmail } from "../../spool/badmail/badmail-folder.ts";
import { type BadmailBounds, trimBadmail } from "../../spool/badmail/trim-badmail.ts";
import type { Spooled } from "../../spool/trouble.ts";
import { folderEvents } from "./events.ts";

export interface BadmailParts {
  /** The site, as paths name it: "smtp/sites/default". */
  readonly site: string;
  readonly folder: string;
  readonly bounds: BadmailBounds;
  readonly clock: Clock;
  readonly report: Report;
}

const TRIM_EVERY_MS = 3_600_000;
/** Of what was kept since the last trim, so that a flood stays near the bound. */
const TRIM_AFTER = 500;

export class BadmailKeeper {
  private readonly parts: BadmailParts;
  private cancelTrim = () => {};
  private trimming: Promise<void> = Promise.resolve();
  private sinceTrim = 0;
  private isUnwritable = false;

  constructor(parts: BadmailParts) {
    this.parts = parts;
    this.trimLater(0);
  }

  async keep(it: Badmail, source: BadmailSource): Promise<Spooled<void>> {
    const { folder } = this.parts;
    const kept = await keepBadmail(folder, it, source);
    this.tellWhetherWritable(kept);
    if (kept.ok && ++this.sinceTrim >= TRIM_AFTER) await this.trim();
    return kept.ok ? good(undefined) : kept;
  }

  async trim(): Promise<void> {
    this.sinceTrim = 0;
    const before = this.trimming;
    this.trimming = before.then(() => this.trimNow());
    await this.trimming;
  }

  async close(): Promise<void> {
    this.cancelTrim();
    await this.trimming;
  }

  private async trimNow(): Promise<void> {
    const { folder, bounds, clock, report, site } = this.parts;
    const removed = await trimBadmail(folder, bounds, clock.wallMs());
    this.tellWhetherWritable(removed);
    if (removed.ok && removed.value > 0)
      report(folderEvents.badmailTrimmed, about("site", site), { messages: removed.value, folder });
  }

  private trimLater(delayMs: number): void {
    this.cancelTrim = this.parts.clock.after(delayMs, () => {
      void this.trim();
      this.trimLater(TRIM_EVERY_MS);
    });
  }

  private tellWhetherWritable(done: Spooled<unknown>): void {
    const { report, site, folder } = this.parts;
    if (!done.ok && !this.isUnwritable)
      report(folderEvents.badmailUnwritable, about("site", site), { folder, because: done.error.because });
    this.isUnwritable = !done.ok;
  }
}
