// Help as people read it, made from the rows: the overview, one verb, or all verbs that begin with a word. Pure.

import { globalFlags } from "./command-line.ts";
import { commonExits, exitRow } from "./exit-code.ts";
import { type Line, toned } from "./look/line.ts";
import { tableLines } from "./look/table.ts";
import { columnsOf, wrap } from "./look/wrap.ts";
import { shownTimes } from "./take-words.ts";
import { type Flags, flagWord, groups, type Verb } from "./verb.ts";

export const usageOf = ({ words, takes, flags }: Verb): string =>
  [
    `inetsrv ${words}`,
    ...Object.values(takes).map(shownTimes),
    ...Object.entries(flags).map(([key, { shown }]) => `[${flagWord(key)}${shown === undefined ? "" : ` ${shown}`}]`),
  ].join(" ");

/** Beside its term a text needs at least so many columns to be read with ease. */
const DOC_WIDTH_MIN = 30;

/** Terms with their meaning beside them, or below them where it is narrow. */
export function definitions(rows: readonly (readonly [string, string])[], width: number): readonly Line[] {
  const terms = Math.max(...rows.map(([term]) => columnsOf(term)));
  if (terms + DOC_WIDTH_MIN > width)
    return rows.flatMap(([term, doc]) => [`  ${term}`, ...wrap(doc, width - 6).map((it) => `      ${it}`)]);
  return tableLines(
    [{ title: "" }, { title: "", yields: 1 }],
    rows.map(([term, doc]) => [`  ${term}`, doc]),
    width,
  );
}

const heading = (text: string): readonly Line[] => ["", toned("strong", text)];

export const flagRows = (flags: Flags): readonly (readonly [string, string])[] =>
  Object.entries(flags).map(([key, { shown, doc }]) => [
    shown === undefined ? flagWord(key) : `${flagWord(key)} ${shown}`,
    doc,
  ]);

export function verbHelp(verb: Verb, width: number): readonly Line[] {
  const { takes, flags, examples, exits, summary, doc } = verb;
  const [first = "", ...more] = wrap(usageOf(verb), width - 4);
  const paragraphs = doc === undefined ? [] : doc.split("\n").flatMap((it) => ["", ...wrap(it, width)]);
  const argumentRows = Object.values(takes).map((it) => [it.shown, it.doc] as const);
  const exitRows = [...commonExits, ...exits].map((name) => [String(exitRow(name).code), exitRow(name).doc] as const);
  return [
    toned("strong", first),
    ...more.map((it) => `    ${it}`),
    "",
    ...wrap(summary, width),
    ...paragraphs,
    ...(argumentRows.length === 0 ? [] : [...heading("Arguments"), ...definitions(argumentRows, width)]),
    ...(Object.keys(flags).length === 0 ? [] : [...heading("Flags"), ...definitions(flagRows(flags), width)]),
    ...heading(examples.length === 1 ? "Example" : "Examples"),
    ...examples.flatMap(({ line, doc: meaning }): readonly Line[] => [
      `  ${line}`,
      ...wrap(meaning, width - 6).map((it) => toned("dim", `      ${it}`)),
    ]),
    ...heading("Exit codes"),
    ...definitions(exitRows, width),
    "",
    ...wrap(
      `Flags of all verbs: ${flagRows(globalFlags)
        .map(([term]) => term)
        .join(" ")}`,
      width,
    ),
  ];
}

/** All verbs by what they are for; with `prefix` those that begin with that word. */
export function overview(verbs: readonly Verb[], prefix: string, width: number): readonly Line[] {
  const shown = verbs.filter((it) => it.hidden === undefined && `${it.words} `.startsWith(prefix && `${prefix} `));
  const sections = groups.flatMap((group): readonly Line[] => {
    const rows = shown.filter((it) => it.group === group).map((it) => [it.words, it.summary] as const);
    return rows.length === 0 ? [] : [...heading(group), ...definitions(rows, width)];
  });
  return [
    ...wrap(prefix === "" ? "inetsrv: WWW, FTP, SMTP and NNTP in one server." : `inetsrv ${prefix} VERB`, width),
    ...sections,
    ...(prefix === "" ? [...heading("Flags of all verbs"), ...definitions(flagRows(globalFlags), width)] : []),
    "",
    ...wrap(`Type "inetsrv help ${prefix === "" ? "" : `${prefix} `}VERB" for flags and examples.`, width),
  ];
}
