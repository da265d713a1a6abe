// Brings over what reads of damaged books into new ones, and takes up bodies by their slips. The damaged files stay
// untouched: SQLite would write into them, so copies are read.
import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { sync } from "../../base/disk.ts";
import { bad, good } from "../../base/result.ts";
import type { FormatTable } from "../../format/format-table.ts";
import { attemptNow, bodyNames, bodyPath } from "../body-file.ts";
import { accept } from "../book/accept.ts";
import type { Place } from "../entry.ts";
import { FINAL, statusNumbers } from "../message.ts";
import { type FoundSlip, isWhole, slipsOf } from "../slip.ts";
import { type Spooled, trouble } from "../trouble.ts";
import { booksFile, foundBooks, sqliteFiles } from "./books-file.ts";

export interface Salvaged {
  /** The folder where the damaged books lie; "" when there were none. */
  readonly into: string;
  readonly messages: number;
  /** Messages that were in the queue and whose row or body does not read, as far as that can be known. */
  readonly lost: number;
  /** Messages of which only their body file was left. */
  readonly adopted: number;
}

const MARK = "salvaged";

/** Sets the books aside, if that has not been done yet, and makes new ones. Only for who has the spool alone. */
export function salvage(folder: string, wallMs: number, formats: FormatTable): Spooled<Salvaged> {
  const aside = setAside(folder, wallMs);
  if (!aside.ok) return aside;
  const from = aside.value === undefined ? undefined : copyOf(folder, aside.value);
  if (from !== undefined && !from.ok) return from;
  let result = { messages: 0, lost: 0, adopted: 0 };
  const founded = foundBooks(folder, formats, (database) => {
    const bodies = bodiesIn(folder);
    const brought = from === undefined ? { messages: 0, lost: 0 } : bringOver(from.value, database, folder, bodies);
    result = { ...brought, adopted: adopt(folder, database, bodies) };
  });
  for (const it of sqliteFiles(copyPath(folder))) attemptNow(() => rmSync(it, { force: true }));
  if (!founded.ok) return founded;
  const into = aside.value;
  if (into !== undefined) attemptNow(() => writeFileSync(join(into, MARK), ""));
  return good({ ...result, into: into ?? "" });
}

/** A salvage was begun, and its process died. */
export const begunSalvage = (folder: string): string | undefined => {
  const names = attemptNow(() =>
    readdirSync(folder)
      .filter((it) => it.startsWith("damaged-"))
      .sort(),
  );
  const last = names.ok ? names.value.at(-1) : undefined;
  const path = last === undefined ? undefined : join(folder, last);
  return path !== undefined && !existsSync(join(path, MARK)) ? path : undefined;
};

function setAside(folder: string, wallMs: number): Spooled<string | undefined> {
  const file = booksFile(folder);
  const begun = begunSalvage(folder);
  if (!existsSync(file)) return good(begun);
  const date = new Date(wallMs).toISOString().replaceAll(/[:.]/g, "-");
  const into = begun ?? join(folder, `damaged-${date}`);
  return attemptNow(() => {
    mkdirSync(into, { recursive: true, mode: 0o700 });
    // The log first: without it the books would be taken for whole ones of an earlier day.
    for (const it of [...sqliteFiles(file)].reverse()) if (existsSync(it)) renameSync(it, join(into, basename(it)));
    sync(into);
    sync(folder);
    return into;
  });
}

const copyPath = (folder: string): string => join(folder, "salvage.tmp");

function copyOf(folder: string, aside: string): Spooled<string> {
  const to = copyPath(folder);
  const [names, targets] = [sqliteFiles(join(aside, "mail.sqlite")), sqliteFiles(to)];
  const copied = attemptNow(() => {
    for (const it of targets) rmSync(it, { force: true });
    names.forEach((name, index) => {
      if (existsSync(name) && !name.endsWith("-shm")) copyFileSync(name, targets[index] ?? to);
    });
  });
  return copied.ok
    ? good(to)
    : bad(trouble(copied.error.is, `the damaged books cannot be copied: ${copied.error.because}`));
}

type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

/** A body in a file, as its slip tells of it. */
type FoundBody = FoundSlip & Place;

/** By their messages. */
function bodiesIn(folder: string): ReadonlyMap<string, FoundBody> {
  const files = bodyNames(folder).filter((it) => it.whole);
  const all = files.flatMap(({ file }) => {
    const slips = attemptNow(() => slipsOf(bodyPath(folder, file)));
    return slips.ok ? slips.value.map((it): FoundBody => ({ ...it, file })) : [];
  });
  return new Map(all.map((it) => [it.slip.id, it]));
}

function bringOver(
  path: string,
  to: Database,
  folder: string,
  bodies: ReadonlyMap<string, FoundBody>,
): { readonly messages: number; readonly lost: number } {
  const opened = attemptNow(() => new Database(path, { readwrite: true, create: false, strict: true }));
  if (!opened.ok) return { messages: 0, lost: 0 };
  const from = opened.value;
  const reader = new Reader(from);
  let messages = 0;
  for (const row of reader.rows("message", "n")) if (put(to, "message", row)) messages++;
  for (const row of reader.rows("body", "message")) put(to, "body", row);
  for (const row of reader.rows("recipient", "message")) put(to, "recipient", row);
  for (const row of reader.rows("happening", "message")) put(to, "happening", row);
  attemptNow(() => from.close());
  return { messages, lost: mend(to, folder, bodies) };
}

/** What does not fit the tables any more is damage, too. */
function put(database: Database, table: string, row: Row): boolean {
  const columns = Object.keys(row);
  const marks = columns.map(() => "?").join();
  return attemptNow(() =>
    database.query(`INSERT INTO ${table} (${columns.join()}) VALUES (${marks})`).run(...Object.values(row)),
  ).ok;
}

/** Rows that belong to nothing go, counts and due times are worked out anew; the answer is how many messages are lost. */
function mend(database: Database, folder: string, bodies: ReadonlyMap<string, FoundBody>): number {
  database.run("DELETE FROM body WHERE message NOT IN (SELECT n FROM message WHERE left_ms IS NULL)");
  const orphans = "message NOT IN (SELECT n FROM message)";
  const rootless = database
    .query<{ readonly n: number }, []>(
      `SELECT count(DISTINCT message) AS n FROM recipient WHERE ${orphans} AND status < ${FINAL}`,
    )
    .get();
  database.run(`DELETE FROM recipient WHERE ${orphans}`);
  database.run(`DELETE FROM happening WHERE ${orphans}`);
  const open = database
    .query<{ readonly n: number; readonly id: string; readonly in_file: number }, []>(
      `SELECT n, id, in_file FROM message WHERE left_ms IS NULL AND (in_file = 1 OR n NOT IN (SELECT message FROM body))`,
    )
    .all();
  const bodiless = open.filter(({ n, id, in_file }) => {
    const alone = existsSync(bodyPath(folder, id)) ? { file: id, start: 0 } : undefined; // though its slip does not read
    const place = bodies.get(id) ?? alone;
    if (in_file === 0 || place === undefined) return true;
    database.query("INSERT INTO place VALUES (?, ?, ?)").run(n, place.file, place.start);
    return false;
  });
  for (const { n } of bodiless)
    database
      .query(
        `UPDATE recipient SET status = ?, reply = 'Its body was lost by damage to the spool' WHERE message = ? AND status < ${FINAL}`,
      )
      .run(statusNumbers.failed, n);
  database.run(
    `UPDATE message SET open = (SELECT count(*) FROM recipient WHERE message = n AND status < ${FINAL}) WHERE left_ms IS NULL`,
  );
  database.run("UPDATE message SET left_ms = received_ms WHERE left_ms IS NULL AND open = 0");
  for (const table of ["body", "place"])
    database.run(`DELETE FROM ${table} WHERE message NOT IN (SELECT n FROM message WHERE left_ms IS NULL)`);
  database.run("INSERT INTO destination SELECT destination, min(due_ms) FROM recipient WHERE status = 0 GROUP BY 1");
  return bodiless.length + (rootless?.n ?? 0);
}

/** Bodies without a message: due to all their recipients, as nothing tells which of them have had it. */
function adopt(folder: string, database: Database, bodies: ReadonlyMap<string, FoundBody>): number {
  let adopted = 0;
  for (const [id, body] of bodies) {
    if (body.hasLeft) continue;
    if (database.query("SELECT 1 FROM message WHERE id = ?").get(id) !== null) continue;
    const whole = attemptNow(() => isWhole(bodyPath(folder, body.file), body));
    if (!whole.ok || !whole.value) continue;
    const { receivedMs, sizeBytes, message } = body.slip;
    const at = { is: "file", file: body.file, start: body.start } as const;
    if (attemptNow(() => accept(database, { id, receivedMs, sizeBytes, body: at, message })).ok) adopted++;
  }
  database.run(
    "UPDATE recipient SET uncertain = 1 WHERE message IN (SELECT n FROM message WHERE in_file = 1 AND left_ms IS NULL) AND attempts = 0 AND happened = 0 AND status = 0",
  );
  return adopted;
}

/** Reads a table around its damaged places: a range that fails is halved until what fails is one row. */
class Reader {
  private readonly database: Database;
  private failuresLeft = FAILURES_MAX;
  readonly highest: number;

  constructor(database: Database) {
    this.database = database;
    const asked = ["message", "body", "recipient"].map((table) => {
      const key = table === "message" ? "n" : "message";
      const found = attemptNow(() => database.query(`SELECT max(${key}) FROM ${table}`).values()[0]?.[0]);
      return found.ok ? Number(found.value ?? 0) : 0;
    });
    // Where not even the ends read there is no use in trying every number.
    this.highest = Math.max(...asked);
  }

  *rows(table: string, key: string): Generator<Row> {
    for (let low = 1; low <= this.highest && this.failuresLeft > 0; low += STRIDE)
      yield* this.range(table, key, low, Math.min(low + STRIDE - 1, this.highest));
  }

  private *range(table: string, key: string, low: number, high: number): Generator<Row> {
    const read = attemptNow(() =>
      this.database.query<Row, [number, number]>(`SELECT * FROM ${table} WHERE ${key} BETWEEN ? AND ?`).all(low, high),
    );
    if (read.ok) return yield* read.value;
    if (low === high || this.failuresLeft-- <= 0) return;
    const middle = Math.floor((low + high) / 2);
    yield* this.range(table, key, low, middle);
    yield* this.range(table, key, middle + 1, high);
  }
}

const FAILURES_MAX = 20_000;
/** Rows in memory at once: bodies are at most 256 KiB each. */
const STRIDE = 64;
