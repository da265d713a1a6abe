// A writer over a folder of its own with a clock that stands still, and what it said. For tests only.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../../base/clock.ts";
import { type Occurrence, reporter } from "../../../event/event.ts";
import { nodeAccessDisk } from "../access-disk.ts";
import { Ends } from "../ends.ts";
import { FlushRounds } from "../flush-rounds.ts";
import { w3cFormat } from "../format.ts";
import { type LogPlan, LogWriter } from "../log-writer.ts";
import { DiskPace, QuickDisk } from "../quick-disk.ts";
import { type AccessRecord, accessRecord } from "../record.ts";
import { SharedLimits } from "../shared-limits.ts";
import { FaultyAccessDisk } from "./faulty-access-disk.ts";

export const START_MS = Date.UTC(2026, 10, 27, 23, 59, 0);
export const DAY = "u_ex261127.log";
export const directive = "#Fields: date time cs-method cs-uri-stem x-trace";

export const formatFor = (software = "test") =>
  w3cFormat(["date", "time", "cs-method", "cs-uri-stem", "x-trace"], {
    computerName: "here",
    software,
  });

export class LogRig implements Disposable {
  readonly root: string;
  readonly folder: string;
  readonly clock = new ManualClock(START_MS);
  readonly disk: FaultyAccessDisk;
  readonly events: Occurrence[] = [];
  readonly limits: SharedLimits;
  readonly rounds = new FlushRounds(this.clock);
  readonly plan: LogPlan;
  /** Lines that were counted as lost. */
  lost = 0;
  private readonly ours: boolean;

  constructor(plan: Partial<LogPlan> = {}, { limits = new SharedLimits(), root = "", quick = false } = {}) {
    this.ours = root === "";
    this.root = root === "" ? mkdtempSync(join(tmpdir(), "inetsrv access ü ")) : root;
    this.folder = join(this.root, "logs", "W3SVC-default");
    this.limits = limits;
    this.disk = new FaultyAccessDisk(quick ? new QuickDisk(new DiskPace(this.clock)) : nodeAccessDisk);
    const keep = { forMs: null, bytes: null };
    const place = { kind: "w3c", folder: this.folder, period: "day", fileBytesMax: 1024 * 1024 } as const;
    this.plan = { ...place, format: formatFor(), keep, ...plan };
  }

  writer(plan: LogPlan = this.plan): LogWriter {
    const report = reporter(
      "www",
      () => this.clock.wallMs(),
      (it) => this.events.push(it),
    );
    const { disk, clock, limits, rounds } = this;
    const writer = new LogWriter({
      disk,
      clock,
      report,
      limits,
      rounds,
      lost: (lines) => {
        this.lost += lines;
      },
    });
    writer.follow(plan);
    return writer;
  }

  record(trace: string, more: Partial<AccessRecord> = {}): AccessRecord {
    const ends = new Ends(undefined, undefined, trace);
    return { ...accessRecord(), atMs: this.clock.wallMs(), method: "GET", uriStem: "/", ends, ...more };
  }

  get names(): readonly string[] {
    return readdirSync(this.folder).sort();
  }

  text(name = DAY): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  /** The traces of the lines of a file, in their order; "?" for a line that is none. */
  traces(name = DAY): readonly string[] {
    const lines = this.text(name).trimEnd().split("\n");
    return lines
      .filter((it) => !it.startsWith("#"))
      .map((it) => (it.split(" ").length === 5 ? (it.split(" ")[4] ?? "?") : "?"));
  }

  headers(name = DAY): number {
    return this.text(name).split(directive).length - 1;
  }

  told(): readonly number[] {
    return this.events.splice(0).map((it) => it.number);
  }

  [Symbol.dispose](): void {
    if (this.ours) rmSync(this.root, { recursive: true, force: true });
  }
}
