// Every setting of the model, in the order of the tree. Pure.
import { appliesText } from "../../src/cli/views/description-view.ts";
import { iisName, type OutlineRow, outline, writtenFallback } from "../../src/schema/outline.ts";
import type { Model, Setting } from "../../src/schema/section.ts";
import { code, page, prose } from "./markdown.ts";

export const settingsPage = (model: Model): string =>
  page("Settings", [
    "A path names a setting; `<name>` stands for the name of an entry, such as a site. A value is own, inherited from a node above that has the same setting, or the default. See also `inetsrv config describe PATH` and [the JSON Schema](configuration.schema.json).",
    ...[...outline(model)].flatMap(parts),
  ]);

function parts(row: OutlineRow): readonly string[] {
  if (row.is === "setting") return settingParts(row.path, row.setting);
  const { path, section, collection } = row;
  const max = collection === undefined ? "" : `At most ${collection.max}, each named by ${collection.named.wish}.`;
  return [
    `## ${code(path)}`,
    prose(`${collection === undefined ? "" : `${collection.doc} `}${section.doc} ${max}`.trim()),
  ];
}

function settingParts(path: string, setting: Setting): readonly string[] {
  const { kind, doc, applies, since } = setting;
  const facts = [
    ["takes", prose(kind.wish)],
    ["default", code(writtenFallback(setting))],
    ["applies", appliesText[applies]],
    ["since", since],
    ["in IIS", iisName(setting)],
  ];
  const told = facts.flatMap(([name, text]) => (text === "" ? [] : [`- ${name}: ${text}`]));
  return [`### ${code(path)}`, prose(doc), told.join("\n")];
}
