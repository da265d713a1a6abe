// Access logs: whether the services can write them, and where they are off, with the setting that says so. A log that is off is
// no fault; that nobody knows of it is one.
import { about } from "../../base/fault.ts";
import type { Home } from "../../base/home.ts";
import { shellWord } from "../../base/shell-word.ts";
import { locateNode } from "../../metabase/tree/path.ts";
import { originAt } from "../../metabase/tree/view.ts";
import { siteLogFolder } from "../../net/access-log/log-place.ts";
import type { DoctorCheck, Finding } from "../../service/doctor-check.ts";
import { folderFindings, type UsedFolder } from "../../service/folder-findings.ts";
import type { Case } from "../case.ts";
import { type FoundSite, sitesOf } from "../sites.ts";

export const logsCheck: DoctorCheck<Case> = {
  name: "logs",
  title: "access logs: folders that the services can write, and logs that are off",
  needs: ["metabase"],
  async look(it) {
    const { home, metabase, parts } = it;
    if (metabase === undefined) return [];
    const sites = sitesOf(metabase, parts.services);
    const written = sites.filter(({ values }) => values.accessLog !== "off");
    // Where sites share a log it is one folder, whose setting is that of the service.
    const folders = new Map(written.map((site) => folderUsed(home, site)).map((used) => [used.path, used]));
    return [...(await folderFindings(it, [...folders.values()])), ...off(it, sites)];
  },
};

function folderUsed(home: Home, { service, name, path, values }: FoundSite): UsedFolder {
  const isShared = values.accessLogPer === "service";
  const of = isShared ? service.name : path;
  return {
    path: siteLogFolder(home, values, service.accessLog.stem, name),
    setting: `${of}/accessLogFolder`,
    of,
    wants: "write",
    holds: "The access logs",
    madeWhenMissing: true,
    matters: `What happens at the ${isShared ? "sites" : "site"} is not written down`,
    missingArticle: "access-log-unwritten",
  };
}

/** One finding for each place that says so, however many sites see it. */
function off({ metabase }: Case, sites: readonly FoundSite[]): readonly Finding[] {
  const byOrigin = Map.groupBy(
    sites.filter(({ values }) => values.accessLog === "off"),
    ({ path, service }) => {
      const place = metabase === undefined ? undefined : locateNode(metabase.model, path);
      const setting = service.siteSection.settings.accessLog;
      return metabase !== undefined && place?.ok
        ? originAt(metabase.view, place.value, "accessLog", setting).path
        : undefined;
    },
  );
  return [...byOrigin].map(([origin = "default", its]) => ({
    level: "warning",
    subject: about("setting", `${origin}/accessLog`),
    what: `${its.length === 1 ? its[0]?.path : `${its.length} sites`} ${its.length === 1 ? "has" : "have"} no access log: ${origin}/accessLog is off`,
    matters: "Who came, and what was answered, is not written down",
    remedy: `If that is not meant: inetsrv config set ${shellWord(`${origin}/accessLog`)} w3c`,
    article: "log-silently-off",
  }));
}
