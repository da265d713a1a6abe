// What there is to tell of a pickup folder, each thing once: a file that is passed over is looked at every second, and
// nobody wants to read of it as often. It decides nothing.
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { Trouble } from "../../spool/trouble.ts";
import { folderEvents } from "./events.ts";

const TOLD_MAX = 100;

export class PickupTeller {
  private readonly report: Report;
  private readonly subject: ReturnType<typeof siteSubject>;
  private readonly folder: string;
  private told = new Set<string>();
  /** Of what was told, what is still so in this round. */
  private still = new Set<string>();
  private isUnusable = false;

  constructor(report: Report, site: string, folder: string) {
    this.report = report;
    this.subject = siteSubject(site);
    this.folder = folder;
  }

  malformed(file: string, id: string, because: string): void {
    this.report(folderEvents.pickupMalformed, this.subject, { file, id, because });
  }

  passedOver(file: string, because: string): void {
    if (this.isNews(`${file} ${because}`)) this.report(folderEvents.pickupPassedOver, this.subject, { file, because });
  }

  uncertain(file: string, because: string): void {
    const { folder } = this;
    if (this.isNews(because)) this.report(folderEvents.pickupUncertain, this.subject, { file, folder, because });
  }

  openToAll(): void {
    this.report(folderEvents.pickupOpenToAll, this.subject, { folder: this.folder });
  }

  unusable({ because }: Trouble): void {
    if (!this.isUnusable) this.report(folderEvents.pickupUnusable, this.subject, { folder: this.folder, because });
    this.isUnusable = true;
  }

  usable(): void {
    if (this.isUnusable) this.report(folderEvents.pickupUsable, this.subject, { folder: this.folder });
    this.isUnusable = false;
  }

  /** What is not so any more is news when it comes again. */
  endRound(): void {
    this.told = this.still;
    this.still = new Set();
  }

  private isNews(text: string): boolean {
    const isKnown = this.told.has(text) || this.still.has(text);
    if (isKnown || Math.max(this.told.size, this.still.size) < TOLD_MAX) this.still.add(text);
    return !isKnown && this.still.has(text);
  }
}

const siteSubject = (site: string) => about("site", site);
