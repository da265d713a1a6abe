// The catalogue: the rows of all rooms in one list, by number. It holds what it is given and knows no row itself.
import type { EventRow } from "./event.ts";

export interface CatalogueEntry {
  /** The folder below src/ that owns the row. */
  readonly room: string;
  /** The name of the row in its room's table. */
  readonly name: string;
  readonly row: EventRow;
}

export interface Catalogue {
  /** Every row, in the order of its number. */
  readonly entries: readonly CatalogueEntry[];
  get(number: number): CatalogueEntry | undefined;
}

/** Two rows with one number would give one explanation to two things: a bug, found when the program starts. */
export function catalogue(rowsByRoom: Readonly<Record<string, Readonly<Record<string, EventRow>>>>): Catalogue {
  const byNumber = new Map<number, CatalogueEntry>();
  for (const [room, rows] of Object.entries(rowsByRoom)) {
    for (const [name, row] of Object.entries(rows)) {
      const other = byNumber.get(row.number);
      if (other !== undefined)
        throw new Error(`event ${row.number} is both ${other.room}.${other.name} and ${room}.${name}`);
      byNumber.set(row.number, { room, name, row });
    }
  }
  const entries = [...byNumber.values()].sort((left, right) => left.row.number - right.row.number);
  return { entries, get: (number) => byNumber.get(number) };
}

const serious = new Set(["critical", "error"]);
const parameterNames = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map((it) => it[1] ?? "");

/** What a row still lacks before it can help anybody, in words; for a test over all rooms. */
export function catalogueFlaws({ entries }: Catalogue): readonly string[] {
  const flaws: string[] = [];
  for (const { room, name, row } of entries) {
    const flaw = (text: string) => flaws.push(`event ${row.number} (${room}.${name}) ${text}`);
    if (row.sentence.trim() === "") flaw("has no sentence");
    if (row.remedy === "" && (serious.has(row.level) || row.level === "warning")) flaw("has no remedy");
    if (row.article === undefined && serious.has(row.level)) flaw("has no article");
    const known = new Set([...parameterNames(row.sentence), "object", "remedy"]); // {remedy}: that of a fault
    for (const parameter of parameterNames(row.remedy))
      if (!known.has(parameter)) flaw(`asks for {${parameter}} in its remedy only`);
  }
  return flaws;
}
