// Reads users from a table with commas (RFC 4180), as spreadsheets and other servers write it. The first row names the
// columns; the order is free. Pure.
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { moment } from "../../schema/kinds/moment.ts";
import { accountNameOf } from "../name.ts";
import { hashed } from "./colon-lists.ts";
import type { Imported, ImportList, Secret, Skipped } from "./imported.ts";

/** `password` is a clear one, `hash` one that another program made; a row has one of them, or none. */
export const csvColumns = ["name", "fullName", "groups", "password", "hash", "enabled", "expires"] as const;
type Column = (typeof csvColumns)[number];
type Cells = Readonly<Partial<Record<Column, string>>>;

export function readCsv(text: string): ImportList {
  const [head, ...rows] = csvRows(text.replace(/^\ufeff/, ""));
  if (head === undefined)
    return { users: [], skipped: [{ line: 1, because: "it has no row with the names of columns" }] };
  const columns = head.cells.map((it) => csvColumns.find((name) => name.toLowerCase() === it.trim().toLowerCase()));
  const unknown = head.cells.find((_, index) => columns[index] === undefined);
  if (unknown !== undefined || !columns.includes("name")) {
    const near = didYouMean(unknown ?? "", csvColumns);
    const because =
      unknown === undefined ? "no column is called name" : `a column is none of ${csvColumns.join(", ")}${near}`;
    return { users: [], skipped: [{ line: 1, because }] };
  }
  const users: Imported[] = [];
  const skipped: Skipped[] = [];
  for (const { line, cells } of rows) {
    if (cells.length === 1 && cells[0] === "") continue;
    const fits = cells.length === columns.length;
    const named = Object.fromEntries(cells.map((it, index) => [columns[index] ?? "", it] as const)) as Cells;
    const read = fits ? readRow(named, line) : bad(`it has ${cells.length} cells, and the first row ${columns.length}`);
    if (read.ok) users.push(read.value);
    else skipped.push({ line, because: read.error });
  }
  return { users, skipped };
}

function readRow(cells: Cells, line: number): Result<Imported, string> {
  const { fullName = "", groups = "", password = "", hash = "", enabled = "", expires = "" } = cells;
  const name = accountNameOf(cells.name?.trim() ?? "");
  if (name === undefined) return bad("its name is none that an account can have");
  const names = groups.split(/[;\s]+/).filter((it) => it !== "");
  const normal = names.map(accountNameOf);
  if (normal.includes(undefined)) return bad("a name among its groups is none that a group can have");
  const yes = /^(|true|yes|on|1)$/i.test(enabled.trim());
  if (!yes && !/^(false|no|off|0)$/i.test(enabled.trim())) return bad("enabled is neither true nor false");
  const ends = expires.trim() === "" ? undefined : moment.decode(expires.trim());
  if (ends?.ok === false) return bad(`expires needs ${moment.wish}`);
  const secret = secretOf(password, hash.trim());
  if (!secret.ok) return secret;
  return good({
    line,
    name,
    fullName: fullName.trim(),
    groups: normal.filter((it) => it !== undefined),
    enabled: yes,
    expiresMs: ends === undefined ? null : ends.value,
    secret: secret.value,
  });
}

function secretOf(password: string, hash: string): Result<Secret, string> {
  if (password !== "" && hash !== "") return bad("it has a password and a hash");
  if (hash !== "") return hashed(hash);
  return good(password === "" ? { is: "none" } : { is: "clear", password });
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** RFC 4180 §2: quotes around a cell with commas, quotes or line ends; a quote in it is doubled. */
function csvRows(text: string): readonly Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let line = 1;
  let start = 1;
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    // A quote in the middle of a cell, or one that is never closed: the rest cannot be told apart.
    if (found === null) return [...rows, { line: start, cells: ["", "", "a quote is in the wrong place"] }];
    const [whole, quoted, plain = "", end] = found;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split("\n").length - 1;
    if (end === ",") continue;
    rows.push({ line: start, cells });
    cells = [];
    start = line;
  }
  if (cells.length > 0) rows.push({ line: start, cells: [...cells, ""] });
  return rows;
}
