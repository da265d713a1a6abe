// The access logs of all sites in one worker, each of its own or in one that they share. A site keeps its log through every
// change of its settings, so that connections that are still on the old ones write in the same form as all others.
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
import { SiteLog } from "./site-log.ts";

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
  /** Who counts the lines that are lost: for a site, or for those that share a log. */
  lost(site: string | undefined): (lines: number) => void;
}

/** A log in files, and the sites whose lines go there. */
interface Written {
  readonly writer: LogWriter;
  readonly sites: Set<string>;
}

interface Known {
  readonly log: SiteLog;
  /** Where its lines go. */
  written: Written | undefined;
  /** Since it had a log of its own. */
  own: Written | undefined;
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
  private readonly sites = new Map<string, Known>();
  /** By their folders. They stay when no site writes there any more, so that none is ever beside its successor. */
  private readonly shared = new Map<string, Written>();

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
  of(site: string): SiteLog {
    return this.at(site).log;
  }

  faultsOf(site: string): readonly Fault[] {
    return this.sites.get(site)?.faults ?? [];
  }

  /** New settings of a site; `path` is that of its node. */
  follow(site: string, path: string, values: AccessLogValues): void {
    const it = this.at(site);
    const plan = this.planOf(site, values);
    const written = plan && this.writtenBy(site, it, plan.folder, values);
    if (it.written !== written) leave(site, it.written);
    it.written = written;
    it.log.writer = written?.writer;
    it.faults = [];
    if (plan === undefined || written === undefined) return;
    written.sites.add(site);
    const lack = lackOfRights(plan.folder);
    if (lack !== undefined) {
      it.faults = [noLog(nodeOf(path, values), plan.folder, lack.because)];
      written.writer.cannot(plan.folder, lack.error);
    }
    written.writer.follow(plan);
  }

  /** The site is gone: what is left is written. */
  async release(site: string): Promise<void> {
    const it = this.sites.get(site);
    this.sites.delete(site);
    if (it?.written !== it?.own) leave(site, it?.written);
    await it?.own?.writer.close();
  }

  /** Nobody has anything more to say; resolves when everything is written, or cannot be. */
  async close(): Promise<void> {
    const own = [...this.sites.values()].flatMap((it) => it.own ?? []);
    await Promise.all([...own, ...this.shared.values()].map(({ writer }) => writer.close()));
  }

  private at(site: string): Known {
    const known = this.sites.get(site);
    if (known !== undefined) return known;
    const log = new SiteLog(siteLogName(this.service.stem, site));
    const made = { log, written: undefined, own: undefined, faults: [] };
    this.sites.set(site, made);
    return made;
  }

  private writtenBy(site: string, it: Known, folder: string, { accessLogPer }: AccessLogValues): Written {
    if (accessLogPer === "site") {
      it.own ??= this.begin(site);
      return it.own;
    }
    const shared = this.shared.get(folder) ?? this.begin(undefined);
    this.shared.set(folder, shared);
    return shared;
  }

  private begin(site: string | undefined): Written {
    const disk = new QuickDisk(this.pace);
    return { writer: new LogWriter({ ...this.world, disk, lost: this.lost(site) }), sites: new Set() };
  }

  private planOf(site: string, values: AccessLogValues): LogPlan | undefined {
    const { accessLog: kind, accessLogPeriod: period, accessLogBytesMax: fileBytesMax } = values;
    if (kind === "off" || this.home === undefined) return undefined;
    const { stem, fields } = this.service;
    const identity = { computerName: hostname(), software: this.software };
    const chosen = [...new Set(values.accessLogFields ?? fields)];
    const named = values.accessLogPer === "service" ? withSite(chosen) : chosen;
    return {
      kind,
      period,
      fileBytesMax,
      folder: siteLogFolder(this.home, values, stem, site),
      format: kind === "ncsa" ? ncsaFormat : w3cFormat(named, identity),
      keep: { forMs: values.accessLogKeepFor, bytes: values.accessLogKeepBytes },
    };
  }
}

/** The last of its sites leaves what is written there to be finished. */
function leave(site: string, written: Written | undefined): void {
  if (written?.sites.delete(site) && written.sites.size === 0) written.writer.follow(undefined);
}

/** Where sites share a log each line says whose it is, behind its time as IIS has it. */
function withSite(fields: readonly FieldName[]): readonly FieldName[] {
  if (fields.includes("s-sitename")) return fields;
  const behindTime = fields.findIndex((it) => it !== "date" && it !== "time");
  return behindTime < 0 ? [...fields, "s-sitename"] : fields.toSpliced(behindTime, 0, "s-sitename");
}

/** The node whose settings decide where it lies; that of the service is the first in the path of a site. */
const nodeOf = (path: string, { accessLogPer }: AccessLogValues): string =>
  accessLogPer === "service" ? path.slice(0, path.indexOf("/")) : path;

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
