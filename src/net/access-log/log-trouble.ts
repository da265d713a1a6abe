// What is told of an access log that cannot be written: once when it begins, and once when it is over, with the number of
// lines that are missing. It counts and speaks; it neither writes nor tries again.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import { diskReason } from "../../event/log-disk.ts";
import { netEvents } from "../events.ts";

interface Trouble {
  readonly sinceMs: number;
  readonly path: string;
  lost: number;
}

export class LogTrouble {
  private readonly clock: Clock;
  private readonly report: Report;
  private readonly count: (lines: number) => void;
  private trouble: Trouble | undefined;

  /** `count` is told of lines that will never be written. */
  constructor(clock: Clock, report: Report, count: (lines: number) => void = () => {}) {
    this.clock = clock;
    this.report = report;
    this.count = count;
  }

  failed(path: string, error: unknown): void {
    if (!this.begins(path)) return;
    const { full, text: reason } = diskReason(error, path);
    this.report(full ? netEvents.accessLogDiskFull : netEvents.accessLogUnwritable, about("file", path), { reason });
  }

  /** Lines were left out, as too many wait: the disk refuses for long, or takes less than comes. */
  lost(path: string, lines = 1): void {
    if (this.begins(path)) this.report(netEvents.accessLogBehind, about("file", path));
    if (this.trouble !== undefined) this.trouble.lost += lines;
    this.count(lines);
  }

  /** Everything that waited is written. */
  over(): void {
    if (this.trouble === undefined) return;
    const { path, lost: lines, sinceMs } = this.trouble;
    const seconds = Math.round((this.clock.steadyMs() - sinceMs) / 1000);
    this.trouble = undefined;
    if (lines === 0) this.report(netEvents.accessLogWrittenAgain, about("file", path), { seconds });
    else this.report(netEvents.accessLogLinesLost, about("file", path), { lines, seconds });
  }

  /** Nothing more is written, and so many lines wait in vain. */
  ended(path: string, left: number): void {
    const lines = left + (this.trouble?.lost ?? 0);
    if (lines > 0) this.report(netEvents.accessLogEndedShort, about("file", this.trouble?.path ?? path), { lines });
    this.trouble = undefined;
    this.count(left);
  }

  /** What is old stays for now; it is tried again with the next sweep. */
  notRemoved(folder: string, error: unknown): void {
    const { text: reason } = diskReason(error, folder);
    this.report(netEvents.accessLogNotRemoved, about("file", folder), { reason });
  }

  private begins(path: string): boolean {
    if (this.trouble !== undefined) return false;
    this.trouble = { sinceMs: this.clock.steadyMs(), path, lost: 0 };
    return true;
  }
}
