// What a change changes, one setting a line: `~ smtp/sites/default/idleTimeout  10m -> 5m`, `+` for what is new and
// `-` for what goes. Lines only.
import { isObject, type Json, sameJson } from "../../base/json.ts";
import { isSealedValue } from "../../schema/kinds/link.ts";
import type { NodeChange } from "../../supervisor/answers.ts";
import { type Line, type Span, type Tone, toned } from "../look/line.ts";
import { count } from "../look/moment.ts";
import { tableLines } from "../look/table.ts";
import { writeValue } from "../value-text.ts";

/** What a person can take in; whoever wants all of it has --json or a file. */
const NODES_SHOWN_MAX = 200;

export function differenceLines(changed: readonly NodeChange[], width: number | undefined): readonly Line[] {
  const shown = width === undefined ? changed : changed.slice(0, NODES_SHOWN_MAX);
  const more = changed.length - shown.length;
  const rows = shown.flatMap(nodeRows);
  return [
    ...tableLines(
      [
        { title: "", yields: 1 },
        { title: "", yields: 2 },
      ],
      rows,
      width,
    ),
    ...(more === 0 ? [] : [`and changes of ${count(more, "more node")}: see them all with --json`]),
  ];
}

const tones: Readonly<Record<"+" | "-" | "~", Tone>> = { "+": "good", "-": "bad", "~": "warn" };
const row = (sign: keyof typeof tones, path: string, value = ""): readonly Span[] => [
  toned(tones[sign], `${sign} ${path}`),
  value,
];

function nodeRows({ path, before, after }: NodeChange): readonly (readonly Span[])[] {
  // The sections at the top are always there, whether they state something or not.
  const isEntry = path.includes("/");
  const own = !isEntry ? [] : before === null ? [row("+", path)] : after === null ? [row("-", path)] : [];
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const differ = keys.filter((key) => !sameJson(before?.[key], after?.[key]));
  // All secrets look alike: where nothing else differs, one of them was replaced.
  const shown = own.length === 0 && differ.length === 0 ? keys.filter((key) => isHidden(after?.[key])) : differ;
  return [...own, ...shown.map((key) => settingRow(`${path}/${key}`, before?.[key], after?.[key]))];
}

function settingRow(path: string, was: Json | undefined, is: Json | undefined): readonly Span[] {
  if (was === undefined) return row("+", path, shownValue(is ?? null));
  if (is === undefined) return row("-", path, shownValue(was));
  return row("~", path, `${shownValue(was)} -> ${shownValue(is)}`);
}

const HIDDEN = "(secret)";

/** Sealed, or what a server puts in the place of a secret. */
const isHidden = (value: Json | undefined): boolean => isSealedValue(value) || (isObject(value) && "$secret" in value);

/** As a person would type it; never what is sealed. */
export const shownValue = (value: Json): string =>
  value === null ? "(none)" : isHidden(value) ? HIDDEN : writeValue(value);
