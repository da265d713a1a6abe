// What the doctor looks at for the web: the folders that sites and their directories serve.
import { resolve } from "node:path";
import { folderNameOf, type Home, roomPath } from "../base/home.ts";
import { locateNode, nameOf } from "../metabase/tree/path.ts";
import { placesBelow, sortedEntries, type View, valuesAt } from "../metabase/tree/view.ts";
import type { DoctorCheck } from "../service/doctor-check.ts";
import { folderFindings, type UsedFolder } from "../service/folder-findings.ts";
import { wwwSection, wwwSite } from "./settings.ts";

const contentCheck: DoctorCheck = {
  name: "content",
  title: "the folders that web sites serve: there, and readable for the services",
  needs: ["metabase"],
  look: (patient) => {
    const { home, metabase } = patient;
    return folderFindings(patient, metabase === undefined ? [] : [...served(home, metabase.view)]);
  },
};

export const wwwDoctorChecks: readonly DoctorCheck[] = [contentCheck];

function* served(home: Home, view: View): Generator<UsedFolder> {
  if (!valuesAt(view, "www", wwwSection).enabled) return;
  for (const site of sortedEntries(view, "www/sites")) {
    const { path, autoStart } = valuesAt(view, site, wwwSite);
    if (!autoStart) continue;
    const own = path === null ? roomPath(home, "content", folderNameOf(nameOf(site))) : resolve(home.root, path);
    yield used(site, site, own, "The files");
    const place = locateNode(view.model, site);
    for (const below of place.ok ? placesBelow(view, place.value) : []) {
      const stated = view.own(below.path)?.path;
      if (typeof stated === "string")
        yield used(site, below.path, resolve(home.root, stated), `The files of ${nameOf(below.path)}`);
    }
  }
}

const used = (site: string, node: string, path: string, holds: string): UsedFolder => ({
  path,
  setting: `${node}/path`,
  of: site,
  wants: "read",
  holds,
  madeWhenMissing: false,
  matters: "What lies there is answered with an error, and all else is served",
  missingArticle: "hard-coded-path",
});
