// Rows and columns that fit the terminal: columns become narrower and leave in the order they say, cells wrap, and
// where even that is too wide every row becomes a small list of its own. No text is cut off.
import { visible } from "../../event/event.ts";
import { type Line, type Span, type Tone, toned } from "./line.ts";
import { columnsOf, padTo, wrap } from "./wrap.ts";

export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Columns with the highest number give way first; without one the column keeps its width. */
  readonly yields?: number;
  /** Columns with the highest number are left out first where the others would not fit. */
  readonly leaves?: number;
}

const GAP = 2;
/** No column that gives way becomes narrower, unless it is so by nature. */
const NARROWEST = 12;

/** A cell with its control characters visible and its intended line ends kept. */
interface Cell {
  readonly text: string;
  readonly tone: Tone | undefined;
}

function cellOf(span: Span | undefined): Cell {
  const text = span === undefined || typeof span === "string" ? (span ?? "") : span.text;
  const tone = span === undefined || typeof span === "string" ? undefined : span.tone;
  return { text: text.split("\n").map(visible).join("\n"), tone };
}

/** `width` undefined: nobody looks at it, so every row is one line and `grep` finds it whole. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Span[])[],
  width: number | undefined,
): readonly Line[] {
  const cells = rows.map((row) => columns.map((_, index) => cellOf(row[index])));
  const used = columns.flatMap((_, index) => (cells.some((row) => row[index]?.text !== "") ? [index] : []));
  if (used.length === 0) return [];
  const pick = (indexes: readonly number[]) => ({
    shown: indexes.map((index) => columns[index] as Column),
    body: cells.map((row) => indexes.map((index) => row[index] as Cell)),
  });
  for (const indexes of fewerAndFewer(columns, used)) {
    const { shown, body } = pick(indexes);
    const widths = fit(shown, body, width);
    if (widths !== undefined) return gridLines(shown, body, widths);
  }
  const { shown, body } = pick(used);
  return recordLines(shown, body, width ?? 0);
}

/** All columns, then without those that leave, one after the other. */
function fewerAndFewer(columns: readonly Column[], used: readonly number[]): readonly (readonly number[])[] {
  const leaves = (index: number): number => columns[index]?.leaves ?? 0;
  const leaving = used.filter((it) => leaves(it) > 0).sort((left, right) => leaves(right) - leaves(left));
  return [used, ...leaving.map((_, at) => used.filter((it) => !leaving.slice(0, at + 1).includes(it)))];
}

const linesOf = (text: string): readonly string[] => text.split("\n");
const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(columnsOf));

/** The width of every column, or undefined when they do not fit beside each other. */
function fit(
  columns: readonly Column[],
  body: readonly (readonly Cell[])[],
  width: number | undefined,
): readonly number[] | undefined {
  const widths = columns.map(({ title }, index) =>
    body.reduce((most, row) => Math.max(most, widest(linesOf(row[index]?.text ?? ""))), columnsOf(title)),
  );
  if (width === undefined) return widths;
  let excess = widths.reduce((sum, it) => sum + it, GAP * (columns.length - 1)) - width;
  const byYielding = columns
    .flatMap(({ yields }, index) => (yields === undefined ? [] : [{ yields, index }]))
    .sort((left, right) => right.yields - left.yields);
  for (const { index } of byYielding) {
    const natural = widths[index] ?? 0;
    const least = Math.min(natural, Math.max(NARROWEST, columnsOf(columns[index]?.title ?? "")));
    const given = Math.min(Math.max(excess, 0), natural - least);
    widths[index] = natural - given;
    excess -= given;
  }
  return excess > 0 ? undefined : widths;
}

function gridLines(
  columns: readonly Column[],
  body: readonly (readonly Cell[])[],
  widths: readonly number[],
): readonly Line[] {
  const gridRow = (row: readonly Cell[]): readonly Line[] => {
    const wrapped = row.map((cell, index) => linesOf(cell.text).flatMap((it) => wrap(it, widths[index] ?? 1)));
    const height = Math.max(...wrapped.map((it) => it.length));
    return Array.from({ length: height }, (_, line) =>
      row.flatMap((cell, index): readonly Span[] => {
        const text = wrapped[index]?.[line] ?? "";
        const side = columns[index]?.align === "right" ? "right" : "left";
        const isLast = index === row.length - 1 && side === "left";
        const padded = isLast ? text : padTo(text, widths[index] ?? 0, side);
        const span = cell.tone === undefined ? padded : toned(cell.tone, padded);
        return index === 0 ? [span] : [" ".repeat(GAP), span];
      }),
    );
  };
  const titles = columns.map(({ title }): Cell => ({ text: title, tone: "strong" }));
  const head = titles.every(({ text }) => text === "") ? [] : gridRow(titles);
  return [...head, ...body.flatMap(gridRow)];
}

/** Each row as `title  value` lines, with an empty line between rows. */
function recordLines(columns: readonly Column[], body: readonly (readonly Cell[])[], width: number): readonly Line[] {
  const titleWidth = widest(columns.map(({ title }) => title));
  const indent = titleWidth === 0 ? 0 : titleWidth + GAP;
  return body.flatMap((row, at): readonly Line[] => [
    ...(at === 0 ? [] : [""]),
    ...row.flatMap((cell, index): readonly Line[] =>
      cell.text === ""
        ? []
        : linesOf(cell.text)
            .flatMap((it) => wrap(it, width - indent))
            .map((text, line): Line => {
              const title = padTo(line === 0 ? (columns[index]?.title ?? "") : "", indent);
              return [toned("strong", title), cell.tone === undefined ? text : toned(cell.tone, text)];
            }),
    ),
  ]);
}
