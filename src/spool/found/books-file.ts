// The database file of the books: founded, opened, and looked through before anything in it is believed. The only file
// that knows how SQLite is tuned; what to do with a bad one is decided elsewhere.
import { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { attemptNow, syncFolder } from "../body-file.ts";
import { APPLICATION, FORMAT, tables } from "../book/tables.ts";
import { Refused, type Spooled, trouble, troubleOf } from "../trouble.ts";

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
  "cache_size = -16384",
  "temp_store = MEMORY",
];
const OPENING_WAIT_MS = 10_000;
const OWNER_ONLY = 0o600;

// All statements of the books stay prepared; the default of 20 would have some made anew in each transaction.
Database.MAX_QUERY_CACHE_SIZE = 200;

/** Filled beside its name and put there in one step, so that half ones never bear it. */
export function foundBooks(folder: string, fill: (database: Database) => void = () => {}): Spooled<void> {
  const unfinished = `${booksFile(folder)}.new`;
  return attemptNow(() => {
    for (const it of sqliteFiles(unfinished)) rmSync(it, { force: true });
    // Letters are nobody else's matter; what SQLite puts beside the file gets the same mode.
    closeSync(openSync(unfinished, "wx", OWNER_ONLY));
    const database = new Database(unfinished, { create: true, readwrite: true, strict: true });
    try {
      for (const it of [...layout, ...tuning]) database.query(`PRAGMA ${it}`).get();
      database.transaction(() => {
        layOut(database);
        fill(database);
      })();
      database.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
    } finally {
      database.close(true);
    }
    renameSync(unfinished, booksFile(folder));
    syncFolder(folder);
  });
}

export function layOut(database: Database): void {
  for (const it of Object.values(tables)) database.run(it);
  database.run(`PRAGMA application_id = ${APPLICATION}`);
  database.run(`PRAGMA user_version = ${FORMAT}`);
  database.run("INSERT INTO meta VALUES ('format', ?)", [String(FORMAT)]);
}

/** Looks at the definitions, and at every page only when `wholly`: that takes seconds for each gigabyte. */
export function openBooksFile(folder: string, wholly = false): Spooled<Database> {
  const file = booksFile(folder);
  if (!existsSync(file)) return { ok: false, error: trouble("gone", `there is no ${file}`) };
  let database: Database | undefined;
  try {
    database = new Database(file, { readwrite: true, create: false, strict: true });
    database.query(`PRAGMA busy_timeout = ${OPENING_WAIT_MS}`).get();
    lookThrough(file, database, wholly);
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

function lookThrough(file: string, database: Database, wholly: boolean): void {
  const pragma = (name: string): unknown => Object.values(database.query(`PRAGMA ${name}`).get() as object)[0];
  const damaged = (because: string) => new Refused(trouble("damaged", `${file} ${because}`));
  if (pragma("application_id") !== APPLICATION) throw damaged("is no mail spool");
  const format = database.query("SELECT value FROM meta WHERE key = 'format'").values()[0]?.[0];
  const version = pragma("user_version");
  if (format !== String(version)) throw damaged("contradicts itself about its format");
  if (Number(version) > FORMAT)
    throw new Refused(
      trouble("newer", `${file} was made by a newer inetsrv: format ${version}, this one knows ${FORMAT}`),
    );
  const found = database.query("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL").values();
  if (found.length !== Object.keys(tables).length || found.some(([name, sql]) => tables[String(name)] !== sql))
    throw damaged("has other tables than it should");
  const checked = wholly ? pragma("quick_check(1)") : "ok";
  if (checked !== "ok") throw damaged(`fails its integrity check: ${String(checked)}`);
}
