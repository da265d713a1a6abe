// The access logs of all sites in one worker. A site keeps its log through every change of its settings, so that
// connections that are still on the old ones write in the same form as all others.
import { accessSync, constants, existsSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { about, type Fault, fault } from "../../base/fault.ts";
import type { Home } from "../../base/home.ts";
import { shellWord } from "../../base/shell-word.ts";
import type { Report } from "../../event/event.ts";
import { diskReason } from "../../event/log-disk.ts";
import type { FieldName } from "./fields.ts";
import { FlushRounds } from "./flush-rounds.ts";
import { ncsaFormat, w3cFormat } from "./format.ts";
import { siteLogFolder, siteLogName } from "./log-place.ts";
import { type LogPlan, type LogWorld, LogWriter } from "./log-writer.ts";
import { DiskPace, QuickDisk } from "./quick-disk.ts";
import type { AccessLogValues } from "./settings.ts";
import { SharedLimits } from "./shared-limits.ts";

/** What a service says of its logs. */
export interface ServiceLog {
  /** The name that IIS had for the service in folders of logs: "W3SVC". */
  readonly stem: string;
  /** What is written unless a site says otherwise. */
  readonly fields: readonly FieldName[];
  /** The code that a connection hears which is not let in. */
  readonly turnedAwayStatus: number;
}

export interface AccessLogsOptions {
  readonly service: ServiceLog;
  readonly clock: Clock;
  readonly report: Report;
  /** For each site: who counts the lines that are lost. */
  lost(site: string): (lines: number) => void;
}

interface SiteLog {
  readonly writer: LogWriter;
  /** What kept it from being written when the settings came. */
  faults: readonly Fault[];
}

export class AccessLogs {
  private home: Home | undefined;
  private software = "inetsrv";
  private readonly service: ServiceLog;
  private readonly lost: AccessLogsOptions["lost"];
  private readonly world: Omit<LogWorld, "disk">;
  private readonly pace: DiskPace;
  private readonly sites = new Map<string, SiteLog>();

  constructor({ service, clock, report, lost }: AccessLogsOptions) {
    this.service = service;
    this.lost = lost;
    this.world = { clock, report, limits: new SharedLimits(), rounds: new FlushRounds(clock) };
    this.pace = new DiskPace(clock);
  }

  /** Before the first site comes: where folders lie, and who writes. */
  settle(home: string, version: string): void {
    this.home = { root: home, from: "--home" };
    this.software = `inetsrv/${version}`;
  }

  /** The log of a site, on when it follows settings that say so. */
  of(site: string): LogWriter {
    return this.at(site).writer;
  }

  faultsOf(site: string): readonly Fault[] {
    return this.sites.get(site)?.faults ?? [];
  }

  /** New settings of a site; `path` is that of its node. */
  follow(site: string, path: string, values: AccessLogValues): void {
    const it = this.at(site);
    const plan = this.planOf(site, values);
    const lack = plan && lackOfRights(plan.folder);
    it.faults = plan === undefined || lack === undefined ? [] : [noLog(path, plan.folder, lack.because)];
    if (plan !== undefined && lack !== undefined) it.writer.cannot(plan.folder, lack.error);
    it.writer.follow(plan);
  }

  /** The site is gone: what is left is written. */
  async release(site: string): Promise<void> {
    const it = this.sites.get(site);
    this.sites.delete(site);
    await it?.writer.close();
  }

  /** Nobody has anything more to say; resolves when everything is written, or cannot be. */
  async close(): Promise<void> {
    await Promise.all([...this.sites.keys()].map((site) => this.release(site)));
  }

  private at(site: string): SiteLog {
    const known = this.sites.get(site);
    if (known !== undefined) return known;
    const disk = new QuickDisk(this.pace);
    const made = { writer: new LogWriter({ ...this.world, disk, lost: this.lost(site) }), faults: [] };
    this.sites.set(site, made);
    return made;
  }

  private planOf(site: string, values: AccessLogValues): LogPlan | undefined {
    const { accessLog: kind, accessLogFolder, accessLogPeriod: period, accessLogBytesMax: fileBytesMax } = values;
    if (kind === "off" || this.home === undefined) return undefined;
    const { stem, fields } = this.service;
    const identity = { siteName: siteLogName(stem, site), computerName: hostname(), software: this.software };
    return {
      kind,
      period,
      fileBytesMax,
      folder: siteLogFolder(this.home, accessLogFolder, stem, site),
      format: kind === "ncsa" ? ncsaFormat : w3cFormat([...new Set(values.accessLogFields ?? fields)], identity),
      keep: { forMs: values.accessLogKeepFor, bytes: values.accessLogKeepBytes },
    };
  }
}

/** Why nothing could be written there now; where the folder is not there yet, it is the next one above that counts. */
function lackOfRights(folder: string): { readonly because: string; readonly error: unknown } | undefined {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const user = process.getuid?.() ?? "?";
    const because = code === "EACCES" ? `user ${user} may not pass or write ${place}` : diskReason(error, folder).text;
    return { because, error };
  }
}

const noLog = (path: string, folder: string, because: string): Fault =>
  fault(
    about("file", folder),
    `Cannot write the access log of ${path} into ${folder}`,
    because,
    `Let the account of the services pass the folders above and write in the last one, or set ${path}/accessLogFolder, or turn it off: inetsrv config set ${shellWord(`${path}/accessLog`)} off`,
  );
