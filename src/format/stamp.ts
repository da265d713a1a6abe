// What a database says of its own format, and how it is brought to another one. It opens nothing and commits nothing.
import type { Database } from "bun:sqlite";
import { type FormatTable, type Tables, tablesOf, wayBetween } from "./format-table.ts";

export interface Stamp {
  readonly format: number;
  /** The release that gave it this format; undefined for the first one, which did not say. */
  readonly writer: string | undefined;
}

/** undefined: it contradicts itself. Readable whatever release wrote it. */
export function stampOf(database: Database): Stamp | undefined {
  const meta = (key: string): unknown => database.query("SELECT value FROM meta WHERE key = ?").values(key)[0]?.[0];
  const format = database.query("PRAGMA user_version").values()[0]?.[0];
  if (typeof format !== "number" || meta("format") !== String(format)) return undefined;
  const writer = meta("writer");
  // It is printed, and may come from a file that somebody else made.
  return { format, writer: typeof writer === "string" && VERSION.test(writer) ? writer : undefined };
}

export const VERSION = /^\d[0-9A-Za-z.+-]{0,63}$/;

/** Of a database that has its tables; `meta` among them. */
export function putStamp(database: Database, { format, writer }: Stamp): void {
  database.run(`PRAGMA user_version = ${Math.trunc(format)}`);
  const put = database.query("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");
  put.run("format", String(format));
  if (writer !== undefined) put.run("writer", writer);
}

/** To the letter: nothing is missing and nothing is there beside it. */
export function hasTables(database: Database, tables: Tables): boolean {
  const found = database.query("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL").values();
  return found.length === Object.keys(tables).length && found.every(([name, sql]) => tables[String(name)] === sql);
}

/** Takes the steps in the transaction of the caller; the answer is what cannot be expressed there. Throws. */
export function takeSteps(database: Database, table: FormatTable, from: number, to: Stamp): readonly string[] {
  const left: string[] = [];
  for (const step of wayBetween(table, from, to.format))
    if (from < to.format) step.forward(database);
    else left.push(...step.back(database));
  putStamp(database, to);
  const tables = tablesOf(table, to.format);
  if (tables === undefined || !hasTables(database, tables))
    throw new Error(`the steps from format ${from} of the ${table.name} do not lead to the tables of ${to.format}`);
  return left;
}
