// The rules between settings, asked of the whole tree at once: names that point to nothing, two sites that want one binding,
// folders that must not be served. A change is held to the same rules; here is seen what came in by another way.
import { about } from "../../base/fault.ts";
import { shellWord } from "../../base/shell-word.ts";
import { CrossCheck } from "../../metabase/change/cross-check.ts";
import type { NodeDifference } from "../../metabase/tree/node.ts";
import { locateNode } from "../../metabase/tree/path.ts";
import { placesBelow, type View } from "../../metabase/tree/view.ts";
import { problemSentence } from "../../schema/decode.ts";
import type { DoctorCheck } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

const FOUND_MAX = 50;

export const settingsCheck: DoctorCheck<Case> = {
  name: "settings",
  title: "rules between settings: names that point to nothing, bindings of two sites",
  needs: ["metabase"],
  async look({ home, metabase, parts }) {
    if (metabase === undefined) return [];
    const cross = new CrossCheck(metabase.model, parts.checks(home));
    const problems = cross.check(metabase.view, wholeTree(metabase.view));
    return problems.slice(0, FOUND_MAX).map((it) => ({
      level: "error",
      subject: about("setting", it.path),
      what: problemSentence(it),
      matters: "The next change that touches it is refused, and what it names does not work",
      remedy: `Set it anew: inetsrv config set ${shellWord(it.path)} VALUE`,
      article: /binding/i.test(it.path) ? "two-sites-one-binding" : "configuration-refused",
      causes: [`site:${it.path.split("/").slice(0, 3).join("/")}`],
    }));
  },
};

/** As if all of it had just been written. */
function wholeTree(view: View): readonly NodeDifference[] {
  const nodes: NodeDifference[] = [];
  const add = (path: string) => nodes.push({ path, before: null, after: view.own(path) ?? {} });
  for (const top of Object.keys(view.model)) {
    const place = locateNode(view.model, top);
    if (!place.ok) continue;
    if (view.own(top) !== undefined) add(top);
    for (const it of placesBelow(view, place.value)) add(it.path);
  }
  return nodes;
}
