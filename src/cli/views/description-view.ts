// What can be configured at a place, by the model alone: data for --json, and lines.
import type { Json } from "../../base/json.ts";
import type { Spot } from "../../metabase/tree/path.ts";
import { iisName, writtenFallback } from "../../schema/outline.ts";
import type { Applies, Model, Section, Setting } from "../../schema/section.ts";
import { type Line, toned } from "../look/line.ts";
import { tableLines } from "../look/table.ts";
import { wrap } from "../look/wrap.ts";
import { shownValue } from "./difference-view.ts";

interface SettingDescription {
  readonly is: "setting";
  readonly path: string;
  readonly doc: string;
  readonly kind: string;
  readonly needs: string;
  readonly choices: readonly string[];
  readonly example: Json;
  readonly default: string;
  readonly applies: Applies;
  readonly since: string;
  readonly iis: string;
}

interface SectionDescription {
  readonly is: "section";
  readonly path: string;
  readonly doc: string;
  readonly settings: readonly { readonly name: string; readonly doc: string }[];
  readonly below: readonly { readonly name: string; readonly doc: string }[];
}

export type Description = SettingDescription | SectionDescription;

export const appliesText: Readonly<Record<Applies, string>> = {
  live: "at once",
  "new-connections": "for new connections",
  "site-restart": "by a restart of the site, which happens by itself",
  "server-restart": "by the next start of the server",
};

export function descriptionOf(model: Model, spot: Spot | undefined): Description {
  if (spot === undefined)
    return {
      is: "section",
      path: "",
      doc: "The sections at the top.",
      settings: [],
      below: Object.values(model).map(({ name, doc }) => ({ name, doc })),
    };
  switch (spot.is) {
    case "setting":
      return settingDescription(spot.place.path, spot.place.setting);
    case "node":
      return sectionDescription(spot.place.path, spot.place.section);
    case "collection":
      return sectionDescription(`${spot.place.path}/<name>`, spot.place.collection.section, spot.place.collection.doc);
  }
}

const settingDescription = (path: string, setting: Setting): SettingDescription => ({
  is: "setting",
  path,
  doc: setting.doc,
  kind: setting.kind.name,
  needs: setting.kind.wish,
  choices: setting.kind.choices ?? [],
  example: setting.kind.example ?? null,
  default: writtenFallback(setting),
  applies: setting.applies,
  since: setting.since,
  iis: iisName(setting),
});

const sectionDescription = (
  path: string,
  { doc, settings, collections }: Section,
  of?: string,
): SectionDescription => ({
  is: "section",
  path,
  doc: of === undefined ? doc : `${of} ${doc}`,
  settings: Object.entries(settings).map(([name, it]) => ({ name, doc: it.doc })),
  below: Object.entries(collections).map(([name, it]) => ({ name: `${name}/`, doc: it.doc })),
});

export function descriptionLines(description: Description, width: number): readonly Line[] {
  const { path, doc } = description;
  const head: readonly Line[] = [...(path === "" ? [] : [toned("strong", path)]), ...wrap(doc, width), ""];
  const pairs = (rows: readonly (readonly [string, string])[]) =>
    tableLines(
      [{ title: "" }, { title: "", yields: 1 }],
      rows.filter(([, text]) => text !== ""),
      width,
    );
  if (description.is === "section")
    return [
      ...head,
      ...pairs([...description.settings, ...description.below].map(({ name, doc: text }) => [name, text])),
    ];
  const { needs, example, default: fallback, applies, since, iis } = description;
  return [
    ...head,
    ...pairs([
      ["needs", needs],
      ["example", example === null ? "" : shownValue(example)],
      ["default", fallback],
      ["applies", appliesText[applies]],
      ["since", since],
      ["in IIS", iis],
    ]),
  ];
}
