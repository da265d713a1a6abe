// The formats that a database on disk has had, as one table of steps; which of them a release reads and writes follows
// from it. Pure.
import type { Database } from "bun:sqlite";

/** Tables and indexes by their names, as the text that made them. */
export type Tables = Readonly<Record<string, string>>;

/** Each is taken in a transaction of its own caller; it changes rows and tables, never the number of the format. */
export interface FormatStep {
  readonly from: number;
  readonly to: number;
  /** What a database of format `from` consists of. `meta` with its keys `format` and `writer` is in all formats. */
  readonly tables: Tables;
  /** Plain files that tell the same, such as the good copy, are of another format too: put away, and written anew. */
  readonly copyAnew?: true;
  forward(database: Database): void;
  /** What format `from` cannot express and is lost on the way, a line for each thing. */
  back(database: Database): readonly string[];
}

export interface FormatTable {
  /** The name in `inetsrv formats --write NAME=N`, and of the events. */
  readonly name: "metabase" | "spool";
  /** The first format there was, or that is still read. */
  readonly first: number;
  /** Ascending and without a gap, from the first one on. */
  readonly steps: readonly FormatStep[];
  /** Of the format that the last step leads to. */
  readonly tables: Tables;
}

export const writesOf = ({ first, steps }: FormatTable): number => steps.at(-1)?.to ?? first;

/** `FormatRange` of the manifest of a release. */
export const rangeOf = (table: FormatTable): { readonly writes: number; readonly reads: readonly number[] } => ({
  writes: writesOf(table),
  reads: [table.first, ...table.steps.map((it) => it.to)],
});

/** undefined: this release does not know that format. */
export const tablesOf = (table: FormatTable, format: number): Tables | undefined =>
  format === writesOf(table) ? table.tables : table.steps.find((it) => it.from === format)?.tables;

/** The steps between two known formats, in the order in which they are taken. */
export function wayBetween({ steps }: FormatTable, from: number, to: number): readonly FormatStep[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const between = steps.filter((it) => it.from >= low && it.to <= high);
  return from <= to ? between : between.toReversed();
}
