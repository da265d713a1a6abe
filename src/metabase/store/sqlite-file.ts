// A database file that is ours, opened and looked through before anything in it is believed. The only file that knows
// how SQLite is tuned and what its errors mean.
import { constants, Database } from "bun:sqlite";
import { closeSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { sync } from "../../base/disk.ts";
import { bad, good } from "../../base/result.ts";
import { type FormatTable, tablesOf, writesOf } from "../../format/format-table.ts";
import { hasTables, putStamp, type Stamp, stampOf } from "../../format/stamp.ts";
import { unknownFormat } from "../../format/unknown-format.ts";
import { APPLICATION } from "./sqlite-tables.ts";
import { type Stored, type Trouble, trouble, troubleOfErrno, troubleWords } from "./trouble.ts";

/** One process at a time, and a commit is on the disk when it returns. */
const tuning = ["locking_mode = EXCLUSIVE", "synchronous = FULL", "journal_size_limit = 16777216"];
/** For one that is just ending. */
const HELD_WAIT_MS = 500;

/** The database file and those that SQLite puts beside it. */
export const sqliteFiles = (file: string): readonly string[] => [file, `${file}-wal`, `${file}-shm`, `${file}-journal`];

/** "today's": nothing but the format that this release writes; "any known": it is to be brought to another one. */
type Wanted = "today's" | "any known";

export function openSqlite(file: string, formats: FormatTable, wanted: Wanted = "today's"): Stored<Database> {
  const wrong = notOurs(file);
  if (wrong !== undefined) return bad(wrong);
  return attempt(file, () => {
    const database = new Database(file, { readwrite: true, strict: true });
    const settings = [`busy_timeout = ${HELD_WAIT_MS}`, ...tuning, "journal_mode = WAL"];
    return lookedThrough(file, database, settings, formats, wanted);
  });
}

/** For a file system that takes no writes: the file alone, as it was when it was last closed in order. */
export function openImmutable(file: string, formats: FormatTable): Stored<Database> {
  const address = `file:${encodeURI(file).replaceAll(/[?#]/g, encodeURIComponent)}?immutable=1`;
  return attempt(file, () => {
    const database = new Database(address, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);
    return lookedThrough(file, database, [], formats, "today's");
  });
}

/** Filled beside its name and put there in one step, so that a half one never bears it. */
export function makeSqlite(
  file: string,
  formats: FormatTable,
  writer: string,
  fill: (database: Database) => void,
): Stored<void> {
  return attempt(file, () => {
    removeUnfinished(file);
    inOneTransaction(unfinishedFile(file), (database) => {
      for (const it of Object.values(formats.tables)) database.run(it);
      database.run(`PRAGMA application_id = ${APPLICATION}`);
      putStamp(database, { format: writesOf(formats), writer });
      fill(database);
    });
    renameSync(unfinishedFile(file), file);
    sync(dirname(file));
  });
}

/** Beside the name of the file; never read by a start. */
export const unfinishedFile = (file: string): string => `${file}.new`;

export function removeUnfinished(file: string): void {
  for (const it of sqliteFiles(unfinishedFile(file))) rmSync(it, { force: true });
}

/** On the disk on return, and closed. Throws. */
export function inOneTransaction<T>(file: string, fill: (database: Database) => T): T {
  const database = new Database(file, { create: true, readwrite: true, strict: true });
  try {
    for (const it of tuning) database.query(`PRAGMA ${it}`).get();
    const filled = database.transaction(() => fill(database))();
    database.query("PRAGMA journal_mode = WAL").get();
    return filled;
  } finally {
    database.close(true);
  }
}

/** Runs `ask`; what the disk or a damaged file can cause comes back as trouble. */
export function attempt<T>(file: string, ask: () => T): Stored<T> {
  try {
    return good(ask());
  } catch (thrown) {
    return bad(troubleOf(thrown, file));
  }
}

function troubleOf(thrown: unknown, file: string): Trouble {
  if (thrown instanceof SyntaxError) return trouble("damaged", `${file} holds text that is no JSON`);
  if (!(thrown instanceof Error)) return thrown as Trouble;
  const code = (thrown as Error & { readonly code?: unknown }).code;
  const known = Object.entries(codes).find(([prefix]) => typeof code === "string" && code.startsWith(prefix));
  if (known === undefined) return troubleOfErrno(thrown, file);
  return trouble(known[1], `${troubleWords[known[1]]} (${file}: ${thrown.message}, ${code})`);
}

const codes: Readonly<Record<string, Trouble["is"]>> = {
  SQLITE_FULL: "full",
  SQLITE_READONLY: "read-only",
  SQLITE_BUSY: "held",
  SQLITE_LOCKED: "held",
  SQLITE_CANTOPEN: "denied",
  SQLITE_PERM: "denied",
  SQLITE_IOERR: "failed",
  SQLITE_NOMEM: "failed",
  SQLITE_CORRUPT: "damaged",
  SQLITE_NOTADB: "damaged",
  SQLITE_ERROR: "damaged", // our statements are right: what they miss is gone from the file
  SQLITE: "damaged",
};

function lookedThrough(
  file: string,
  database: Database,
  settings: readonly string[],
  formats: FormatTable,
  wanted: Wanted,
): Database {
  try {
    for (const it of settings) database.query(`PRAGMA ${it}`).get();
    const { format } = lookThrough(file, database, formats);
    if (wanted === "today's" && format !== writesOf(formats))
      throw trouble("older", `${file} is of format ${format} and was not brought to format ${writesOf(formats)}`);
    return database;
  } catch (thrown) {
    const found = troubleOf(thrown, file);
    if (found.is === "damaged") leaveOpen(database);
    else database.close(true);
    throw found;
  }
}

/**
 * Asked before SQLite is: it would take an empty file for a new database, and not say why one cannot be written. Never
 * asked of a file that this process has open, as closing it here would take away the locks there.
 */
function notOurs(file: string): Trouble | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  try {
    const opened = openSync(file, "r+");
    readSync(opened, header);
    closeSync(opened);
  } catch (thrown) {
    return troubleOfErrno(thrown, file);
  }
  const ours = header.toString("latin1", 0, 16) === "SQLite format 3\0" && header.readUInt32BE(68) === APPLICATION;
  return ours ? undefined : trouble("damaged", `${file} is no metabase`);
}

const HEADER_BYTES = 100;

const leftOpen = new Set<Database>();

/** For a file that must stay as it is: closing it would write its log into it. */
export function leaveOpen(database: Database): void {
  leftOpen.add(database);
}

/** Throws what is wrong with it; else the format it is of, which is one that is known. */
export function lookThrough(file: string, database: Database, formats: FormatTable): Stamp {
  const checked = database.query("PRAGMA quick_check(1)").values()[0]?.[0];
  if (checked !== "ok") throw trouble("damaged", `${file} fails its integrity check: ${String(checked)}`);
  const stamp = stampOf(database);
  if (stamp === undefined) throw trouble("damaged", `${file} contradicts itself about its format`);
  const tables = tablesOf(formats, stamp.format);
  if (tables === undefined)
    throw { is: "newer", ...unknownFormat(formats, file, dirname(file), stamp) } satisfies Trouble;
  if (!hasTables(database, tables)) throw trouble("damaged", `${file} has other tables than it should`);
  return stamp;
}
