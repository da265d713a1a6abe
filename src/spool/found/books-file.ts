// The database file of the books: founded, opened, and looked through before anything in it is believed. The only file
// that knows how SQLite is tuned; what to do with a bad one is decided elsewhere.
import { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sync } from "../../base/disk.ts";
import { version } from "../../base/version.ts";
import { type FormatTable, tablesOf, writesOf } from "../../format/format-table.ts";
import { hasTables, putStamp, type Stamp, stampOf } from "../../format/stamp.ts";
import { unknownFormat } from "../../format/unknown-format.ts";
import { attemptNow } from "../body-file.ts";
import { APPLICATION } from "../book/tables.ts";
import { Refused, type Spooled, trouble, troubleOf } from "../trouble.ts";
import { spoolFormatTable } from "./format-steps.ts";

export const booksFile = (folder: string): string => join(folder, "mail.sqlite");

/** The database file and those that SQLite puts beside it. */
export const sqliteFiles = (file: string): readonly string[] => [file, `${file}-wal`, `${file}-shm`, `${file}-journal`];

/** Bodies take a third less of the processor than with 4 KiB, rows and indexes no more. */
const PAGE_BYTES = 8192;

/** For new books only, before all else. Room can be given back, which costs nothing that could be measured. */
const layout = [`page_size = ${PAGE_BYTES}`, "auto_vacuum = INCREMENTAL"];

/** A commit is on the disk when it returns; the log is brought in when it has 16 MiB. */
const tuning = [
  "journal_mode = WAL",
  "synchronous = FULL",
  `wal_autocheckpoint = ${(16 * 1024 * 1024) / PAGE_BYTES}`,
  "journal_size_limit = 67108864",
  "cache_size = -4096",
  "temp_store = MEMORY",
];
const OPENING_WAIT_MS = 10_000;
const OWNER_ONLY = 0o600;

// All statements of the books stay prepared; the default of 20 would have some made anew in each transaction.
Database.MAX_QUERY_CACHE_SIZE = 200;

/** Filled beside its name and put there in one step, so that half ones never bear it. */
export function foundBooks(
  folder: string,
  formats: FormatTable,
  fill: (database: Database) => void = () => {},
): Spooled<void> {
  const unfinished = `${booksFile(folder)}.new`;
  return attemptNow(() => {
    for (const it of sqliteFiles(unfinished)) rmSync(it, { force: true });
    // Letters are nobody else's matter; what SQLite puts beside the file gets the same mode.
    closeSync(openSync(unfinished, "wx", OWNER_ONLY));
    const database = new Database(unfinished, { create: true, readwrite: true, strict: true });
    try {
      for (const it of [...layout, ...tuning]) database.query(`PRAGMA ${it}`).get();
      database.transaction(() => {
        layOut(database, formats);
        fill(database);
      })();
      database.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
    } finally {
      database.close(true);
    }
    renameSync(unfinished, booksFile(folder));
    sync(folder);
  });
}

export function layOut(database: Database, formats: FormatTable = spoolFormatTable): void {
  for (const it of Object.values(formats.tables)) database.run(it);
  database.run(`PRAGMA application_id = ${APPLICATION}`);
  putStamp(database, { format: writesOf(formats), writer: version });
}

export interface Looking {
  readonly formats: FormatTable;
  /** At every page, and not at the definitions alone: that takes seconds for each gigabyte. */
  readonly wholly?: boolean;
  /** Not only of the format that this release writes: they are to be brought to another one. */
  readonly anyFormat?: boolean;
}

export function openBooksFile(folder: string, looking: Looking = { formats: spoolFormatTable }): Spooled<Database> {
  const file = booksFile(folder);
  if (!existsSync(file)) return { ok: false, error: trouble("gone", `there is no ${file}`) };
  let database: Database | undefined;
  try {
    database = new Database(file, { readwrite: true, create: false, strict: true });
    database.query(`PRAGMA busy_timeout = ${OPENING_WAIT_MS}`).get();
    const { format } = lookThrough(folder, file, database, looking);
    const today = writesOf(looking.formats);
    if (looking.anyFormat !== true && format !== today)
      throw new Refused(
        trouble(
          "older",
          `${file} is of format ${format}, and while others have it open it cannot be brought to ${today}`,
        ),
      );
    for (const it of tuning) database.query(`PRAGMA ${it}`).get();
    database.query("BEGIN IMMEDIATE").run(); // SQLite opens what cannot be written without a word
    database.query("ROLLBACK").run();
    database.query("PRAGMA busy_timeout = 0").get(); // the teller waits in smaller steps
    return { ok: true, value: database };
  } catch (thrown) {
    database?.close();
    return { ok: false, error: troubleOf(thrown) };
  }
}

function lookThrough(folder: string, file: string, database: Database, { formats, wholly }: Looking): Stamp {
  const pragma = (name: string): unknown => Object.values(database.query(`PRAGMA ${name}`).get() as object)[0];
  const damaged = (because: string) => new Refused(trouble("damaged", `${file} ${because}`));
  if (pragma("application_id") !== APPLICATION) throw damaged("is no mail spool");
  const stamp = stampOf(database);
  if (stamp === undefined) throw damaged("contradicts itself about its format");
  const tables = tablesOf(formats, stamp.format);
  if (tables === undefined) throw new Refused({ is: "newer", ...unknownFormat(formats, file, folder, stamp) });
  if (!hasTables(database, tables)) throw damaged("has other tables than it should");
  const checked = wholly === true ? pragma("quick_check(1)") : "ok";
  if (checked !== "ok") throw damaged(`fails its integrity check: ${String(checked)}`);
  return stamp;
}
