// A node of the configuration: every setting with its value and where that comes from, and what lies below. Lines only.
import type { ConfigNode, ConfigValue } from "../../supervisor/answers.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { type Column, tableLines } from "../look/table.ts";
import { shownValue } from "./difference-view.ts";

const columns: readonly Column[] = [
  { title: "Setting", yields: 1 },
  { title: "Value", yields: 3 },
  { title: "From", yields: 2 },
];
const NAMES_SHOWN_MAX = 20;

export function nodeLines(
  { path, section, revision, values, below }: ConfigNode,
  width: number | undefined,
): readonly Line[] {
  const title = path === "" ? "All sections" : `${path} (${section})`;
  const rows = values.map((it): readonly Span[] => [it.path.slice(path.length + 1), toneOf(it), origin(it)]);
  const lower = Object.entries(below).map(([collection, names]): readonly Span[] => [
    collection === "" ? "sections" : `${collection}/`,
    someOf(names),
  ]);
  return [
    [toned("strong", title), `, revision ${revision}`],
    ...(rows.length === 0 ? [] : ["", ...tableLines(columns, rows, width)]),
    ...(lower.length === 0 ? [] : ["", ...tableLines([{ title: "Below" }, { title: "", yields: 1 }], lower, width)]),
  ];
}

const toneOf = ({ value, from }: ConfigValue): Span =>
  from === "own" ? toned("strong", shownValue(value)) : shownValue(value);

const origin = ({ from, at }: ConfigValue): Span =>
  from === "own" ? "own" : from === "default" ? toned("dim", "default") : `inherited from ${at}`;

function someOf(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN_MAX;
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ");
  return names.length === 0 ? "(none)" : more > 0 ? `${shown} and ${more.toLocaleString("en")} more` : shown;
}
