// Access logs: whether the services can write them, and where they are off, with the setting that says so. A log that is off is
// no fault; that nobody knows of it is one.
import { about } from "../../base/fault.ts";
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
    const folders = written.map(
      ({ service, name, path, values }): UsedFolder => ({
        path: siteLogFolder(home, values.accessLogFolder, service.accessLog.stem, name),
        setting: `${path}/accessLogFolder`,
        of: path,
        wants: "write",
        holds: "The access logs",
        madeWhenMissing: true,
        matters: "What happens at the site is not written down",
        missingArticle: "access-log-unwritten",
      }),
    );
    return [...(await folderFindings(it, folders)), ...off(it, sites)];
  },
};

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
