// No site, application or directory has its files, and no error its page, among what the home keeps for itself: whatever
// other rules say, that is never served. For what is written; files themselves are looked at when they are opened.
import type { Home } from "../base/home.ts";
import type { Json } from "../base/json.ts";
import type { Check } from "../metabase/change/check.ts";
import { type Problem, problem } from "../schema/decode.ts";
import { keptAt, keptThere } from "../service/kept-rooms.ts";
import { parseErrorPage } from "./content/error/error-page.ts";

const SITE = "www/sites/<name>";
const nodes = [
  "www",
  SITE,
  `${SITE}/directories/<name>`,
  `${SITE}/applications/<name>`,
  `${SITE}/applications/<name>/directories/<name>`,
];

export const servedFolderChecks = (home: Home): readonly Check[] =>
  nodes.map((of) => ({
    name: "what is served lies apart from what the server keeps",
    of,
    check(view, path) {
      const { path: folder, errorPages } = view.own(path) ?? {};
      const pages = Array.isArray(errorPages) ? errorPages : [];
      return [
        ...keptProblem(home, `${path}/path`, folder, folder),
        ...pages.flatMap((it, index) => keptProblem(home, `${path}/errorPages/${index}`, it, fileOf(it))),
      ];
    },
  }));

function fileOf(row: Json): string | undefined {
  const page = parseErrorPage(String(row));
  return page?.mode === "file" ? page.path : undefined;
}

function keptProblem(home: Home, at: string, given: Json | undefined, path: Json | undefined): readonly Problem[] {
  const kept = typeof path === "string" ? keptAt(home, path) : undefined;
  if (given === undefined || kept === undefined) return [];
  const wish = "a place apart from what the server keeps for itself, such as content/www";
  const says = `${at} is ${JSON.stringify(given)}, which leads to ${kept.folder}: that holds ${keptThere[kept.room]}, and is never served. Put what is to be served into a folder of its own, such as content/www, and name that`;
  return [{ ...problem(at, given, wish), says }];
}
