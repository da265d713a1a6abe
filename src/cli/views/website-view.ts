// Web sites with their bindings and folders, and what lies below them. Lines only.
import { isApplication } from "../../proto/http/site-outline.ts";
import type { AddedWebsite, WebsiteAnswer } from "../../supervisor/operations/website-answers.ts";
import type { State } from "../../supervisor/states.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { type Column, tableLines } from "../look/table.ts";
import { stateSpan } from "./verdict.ts";

/** A site with the state that it has now; null where no server runs. */
export interface WebsiteSeen extends WebsiteAnswer {
  readonly state: State | null;
}

const bindingsOf = ({ bindings, secureBindings }: WebsiteAnswer): readonly string[] => [
  ...bindings,
  ...secureBindings.map((it) => `${it} with TLS`),
];

const folderSpan = ({ folder, isThere }: Pick<WebsiteAnswer, "folder" | "isThere">): Span =>
  isThere ? folder : toned("warn", `${folder} (not there)`);

const applicationsOf = ({ directories }: WebsiteAnswer) => directories.filter(isApplication);

const siteColumns: readonly Column[] = [
  { title: "Name", yields: 1 },
  { title: "State", leaves: 2 },
  { title: "Bindings", yields: 2 },
  { title: "Folder", yields: 3 },
  { title: "Applications", align: "right", leaves: 1 },
];

export function websiteTable(sites: readonly WebsiteSeen[], width: number | undefined): readonly Line[] {
  if (sites.length === 0) return ["There is no web site yet: inetsrv www site add www.example.org"];
  const rows = sites.map((it): readonly Span[] => [
    it.name,
    it.state === null ? "" : stateSpan(it.state),
    bindingsOf(it).join(", ") || toned("warn", "none"),
    folderSpan(it),
    String(applicationsOf(it).length),
  ]);
  return tableLines(siteColumns, rows, width);
}

export function websiteLines(it: WebsiteSeen, width: number | undefined): readonly Line[] {
  const facts: readonly (readonly Span[])[] = [
    ["name", it.name],
    ...(it.title === "" ? [] : [["title", it.title]]),
    ["state", it.state === null ? "no server runs" : stateSpan(it.state)],
    ["bindings", bindingsOf(it).join("\n") || toned("warn", "none")],
    ["folder", folderSpan(it)],
    ["settings", it.path],
  ];
  const below = directoryTable([it], width);
  return [
    ...tableLines([{ title: "" }, { title: "", yields: 1 }], facts, width),
    ...(below.length === 0 ? [] : ["", ...below]),
  ];
}

const directoryColumns: readonly Column[] = [
  { title: "Site", yields: 2 },
  { title: "Path", yields: 1 },
  { title: "Application", yields: 1 },
  { title: "Folder", yields: 3 },
];

/** Empty where there are none. */
export function directoryTable(
  sites: readonly Pick<WebsiteAnswer, "name" | "directories">[],
  width: number | undefined,
): readonly Line[] {
  const rows = sites.flatMap(({ name, directories }) =>
    directories.map((it): readonly Span[] => [name, it.url, it.application, folderSpan(it)]),
  );
  return tableLines(directoryColumns, rows, width);
}

const became: Readonly<Record<AddedWebsite["was"], (folder: string) => Line>> = {
  made: (folder) => `Its files lie in ${folder}, which was made with a first page.`,
  there: (folder) => `Its files lie in ${folder}, which was there.`,
  later: (folder) => `Its files would lie in ${folder}, which would be made with a first page.`,
  elsewhere: (folder) => toned("warn", `Its files are to lie in ${folder}, which is not there: make it.`),
  failed: (folder) => toned("bad", `Its files are to lie in ${folder}, which could not be made.`),
};

export const folderLines = ({ was, folder, because }: AddedWebsite): readonly Line[] => [
  became[was](folder),
  ...(because === null ? [] : [because]),
];
