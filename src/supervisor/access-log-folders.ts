// The folders of access logs where the server runs as root and its services do not: they may make none below a folder of
// root, so it is done for them. It follows no path that others can turn elsewhere, and tells nothing: whoever writes there
// finds out whether he can, and says so.
import { fchmodSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { type Home, roomPath } from "../base/home.ts";
import { siteLogFolder } from "../net/access-log/log-place.ts";
import { accessLogSettings } from "../net/access-log/settings.ts";
import { giveFolder, makeFolder, withFolder } from "./give-folder.ts";
import type { ServiceUser } from "./service-user.ts";

const WAY_MODE = 0o755;
const OTHERS_PASS = 0o001;
const ROOT = 0;

export class AccessLogFolders {
  private readonly home: Home;
  private readonly user: ServiceUser | null;
  private isPassable = false;

  /** `user`: as whom services run, null when that is the server itself. */
  constructor(home: Home, user: ServiceUser | null) {
    this.home = home;
    this.user = user;
  }

  /** `values` are the settings of a site in written form; `stem` is that of its service. */
  prepare(stem: string, site: string, values: Readonly<Record<string, unknown>>): void {
    const { accessLog, accessLogFolder = accessLogSettings.accessLogFolder.value, accessLogPer } = values;
    if (this.user === null || accessLog === "off" || typeof accessLogFolder !== "string") return;
    const per = accessLogPer === "service" ? accessLogPer : "site";
    const folder = siteLogFolder(this.home, { accessLogFolder, accessLogPer: per }, stem, site);
    try {
      const isGiven = belongsTo(folder, this.user);
      if (!isGiven && !makeWay(dirname(folder))) return;
      this.letPass();
      if (!isGiven) giveFolder(folder, this.user);
    } catch {
      // The disk or the rights do not allow it, which the service will find and tell with the name of the site.
    }
  }

  /** A home of an earlier version lets nobody but root into its logs; the events in there stay closed by their own mode. */
  private letPass(): void {
    if (this.isPassable) return;
    const logs = roomPath(this.home, "logs");
    const { mode } = lstatSync(logs);
    if ((mode & OTHERS_PASS) === 0) withFolder(logs, (it) => fchmodSync(it, (mode & 0o7777) | OTHERS_PASS));
    this.isPassable = true;
  }
}

/** As nearly always: then nothing is done, so that the way there need not be looked at. Of thousands of sites it would take seconds. */
function belongsTo(folder: string, { uid }: ServiceUser): boolean {
  const state = lstatSync(folder, { throwIfNoEntry: false });
  return state?.isDirectory() === true && state.uid === uid;
}

/** Makes what is missing; false where a part of the way belongs to others, who could make it lead anywhere. */
function makeWay(path: string): boolean {
  const above = dirname(path);
  if (above !== path && !makeWay(above)) return false;
  if (above !== path) makeFolder(path, WAY_MODE);
  const state = lstatSync(path);
  return state.uid === ROOT && state.isDirectory();
}
