// Tells once of each folder that it cannot take the mail of a local domain, and once that it can again. It decides nothing.
import { about, type Subject } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { Spooled } from "../../spool/trouble.ts";
import { folderEvents } from "./events.ts";

/** So many are remembered; beyond them nothing is told. */
const SHUT_MAX = 1000;

export class DropTeller {
  private readonly report: Report;
  private readonly subject: Subject<"site">;
  private readonly shut = new Set<string>();

  constructor(report: Report, site: string) {
    this.report = report;
    this.subject = about("site", site);
  }

  /** What came of a message for the domain. */
  ended(domain: string, folder: string, end: Spooled<unknown>): void {
    if (end.ok) {
      if (this.shut.delete(folder)) this.report(folderEvents.dropWritable, this.subject, { domain, folder });
    } else if (!this.shut.has(folder) && this.shut.size < SHUT_MAX) {
      this.shut.add(folder);
      this.report(folderEvents.dropUnwritable, this.subject, { domain, folder, because: end.error.because });
    }
  }
}
