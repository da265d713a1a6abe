// The settings as a flat table in the order of the tree, for manual, help and completion. Pure.
import type { Collection, Model, Section, Setting } from "./section.ts";

export type OutlineRow =
  | { readonly is: "section"; readonly path: string; readonly section: Section; readonly collection?: Collection }
  | { readonly is: "setting"; readonly path: string; readonly key: string; readonly setting: Setting };

/** Every section and setting; entries of a collection stand as `<name>`: "smtp/sites/<name>/bindings". */
export function* outline(model: Model): Generator<OutlineRow> {
  for (const [name, section] of Object.entries(model)) yield* outlineSection(name, section);
}

function* outlineSection(path: string, section: Section, collection?: Collection): Generator<OutlineRow> {
  yield { is: "section", path, section, ...(collection === undefined ? {} : { collection }) };
  for (const [key, setting] of Object.entries(section.settings))
    yield { is: "setting", path: `${path}/${key}`, key, setting };
  for (const [key, below] of Object.entries(section.collections))
    yield* outlineSection(`${path}/${key}/<name>`, below.section, below);
}

/** The value as the manual shows it. */
export const writtenFallback = ({ fallback }: Setting): string =>
  fallback === null ? "(none)" : typeof fallback === "string" ? fallback : JSON.stringify(fallback);

export const iisName = ({ iis }: Setting): string =>
  iis === undefined ? "" : typeof iis === "string" ? iis : `${iis.name} (${iis.id})`;
