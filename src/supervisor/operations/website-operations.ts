// What can be asked of web sites as a whole: which there are and where their files lie, and another one. How a site reads its
// settings is handed in, as nobody here knows a service.
import { statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { sentence } from "../../base/fault.ts";
import type { Home } from "../../base/home.ts";
import type { JsonObject } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { sitePath } from "../../metabase/tree/path.ts";
import type { SiteOutline } from "../../proto/http/site-outline.ts";
import type { SiteWritten } from "../../proto/http/url-question.ts";
import { list } from "../../schema/kinds/group.ts";
import { type Binding, binding, printBinding, secureBinding } from "../../schema/kinds/network.ts";
import { path } from "../../schema/kinds/place.ts";
import { text } from "../../schema/kinds/plain.ts";
import { ENTRY_NAME_LENGTH_MAX } from "../../schema/section.ts";
import { makeFiles } from "../home-folders.ts";
import { type Given, needed, type Operation, optional, plain, type Refusal, refusal } from "../operation.ts";
import { changeAnswer, refused } from "./config-answers.ts";
import { authorOf, type Configured, changeTerms } from "./configured.ts";
import type { AddedWebsite, WebsiteAnswer } from "./website-answers.ts";

export interface WebsiteKnowledge {
  outline(home: Home, site: SiteWritten): SiteOutline;
  /** What a site shows that has nothing else yet; `folder` is below the home. */
  firstPage(site: string, folder: string): string;
}

export const WEB_SERVICE = "www";
const siteName = text({ min: 1, max: ENTRY_NAME_LENGTH_MAX });
const BINDINGS_MAX = 256;

export const websiteOperations = (knowledge: WebsiteKnowledge): readonly Operation<Configured>[] => [
  {
    name: "website.list",
    reads: true,
    doc: "Web sites with their bindings, their folders, and the applications and directories below them.",
    takes: { name: optional(siteName, "Only this one.") },
    run(context, { name }) {
      const names = context.configuration.siteNames(WEB_SERVICE);
      if (name !== undefined && !names.includes(String(name))) return noSite(String(name), names);
      const wanted = names.filter((it) => name === undefined || it === name).toSorted();
      return good(plain(wanted.map((it) => looked(knowledge.outline(context.home, writtenSite(context, it))))));
    },
  },
  {
    name: "website.add",
    reads: false,
    doc: "A new web site. Its folder is made where it lies below the home and is not there, with a first page.",
    takes: {
      name: needed(siteName, "Its name."),
      bindings: optional(list(binding, { max: BINDINGS_MAX }), "Where it listens in clear."),
      secureBindings: optional(list(secureBinding, { max: BINDINGS_MAX }), "Where it listens for TLS."),
      path: optional(path, "Where its files lie, below the home or absolute; content/NAME without it."),
      ...changeTerms,
    },
    async run(context, given) {
      const name = String(given.name);
      const { metabase } = context.configuration;
      const create = {
        ...bound("bindings", given),
        ...bound("secureBindings", given),
        ...(given.path === undefined ? {} : { path: String(given.path) }),
      };
      const edits = [{ at: sitePath(WEB_SERVICE, name), create }];
      const done = await metabase.change({ ...authorOf(given), edits });
      if (!done.ok) return refused(done.error);
      const answer = changeAnswer(done.value, metabase.head.n);
      const site = { name, path: sitePath(WEB_SERVICE, name), values: create, below: {} };
      const { folder } = knowledge.outline(context.home, site);
      const page = (below: string) => knowledge.firstPage(site.path, below);
      const added: AddedWebsite = { ...answer, folder, ...becameOf(context.home, folder, answer.rehearsal, page) };
      return good(plain(added));
    },
  },
];

/** As a setting, where it was said. */
function bound(key: "bindings" | "secureBindings", given: Given): JsonObject {
  const bindings = given[key] as readonly Binding[] | undefined;
  return bindings === undefined ? {} : { [key]: bindings.map(printBinding) };
}

/** A site as its settings stand. */
export function writtenSite({ configuration }: Pick<Configured, "configuration">, name: string): SiteWritten {
  const { values, below } = configuration.sitePlan(WEB_SERVICE, name);
  return { name, path: sitePath(WEB_SERVICE, name), values, below };
}

const noSite = (name: string, names: readonly string[]): Result<never, Refusal> =>
  bad(refusal("unknown", `There is no web site ${name}${didYouMean(name, names)}`));

const looked = (outline: SiteOutline): WebsiteAnswer => ({
  ...outline,
  isThere: isFolder(outline.folder),
  directories: outline.directories.map((it) => ({ ...it, isThere: isFolder(it.folder) })),
});

function becameOf(
  home: Home,
  folder: string,
  rehearsal: boolean,
  page: (below: string) => string,
): Pick<AddedWebsite, "was" | "because"> {
  const below = relative(home.root, folder);
  if (isFolder(folder)) return { was: "there", because: null };
  if (below === "" || below.split(sep)[0] === "..") return { was: "elsewhere", because: null };
  if (rehearsal) return { was: "later", because: null };
  const made = makeFiles(home, { [join(below, "index.html")]: page(below) });
  return made.ok ? { was: "made", because: null } : { was: "failed", because: sentence(made.error) };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
