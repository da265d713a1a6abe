// Looks through the books of the mail queue as a file that nobody writes, and at the bodies they name. Changes nothing: what
// the log beside them holds is read from a copy. Of books that a server writes meanwhile only the bodies are looked for.
import { constants, Database } from "bun:sqlite";
import { copyFileSync, existsSync, lstatSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../base/thrown.ts";
import type { TrialEnd } from "../../service/doctor-check.ts";
import { attemptNow, bodyPath } from "../../spool/body-file.ts";
import { APPLICATION } from "../../spool/book/tables.ts";
import type { Place } from "../../spool/entry.ts";
import { booksFile } from "../../spool/found/books-file.ts";
import { spoolFormats } from "../../spool/found/format-steps.ts";
import { isWhole, slipsOf } from "../../spool/slip.ts";

/** More takes longer than anybody waits for a doctor. */
const LOOKED_THROUGH_BYTES_MAX = 64 * 1024 * 1024;
/** Of the newest, which a crash harms first, every byte is read; of the others it is seen that they are there. */
const BODIES_READ_MAX = 100;
const BODIES_MAX = 10_000;

export function tryBooks(folder: string): TrialEnd {
  const file = booksFile(folder);
  const { size } = lstatSync(file);
  const log = `${file}-wal`;
  const hasLog = existsSync(log) && statSync(log).size > 0;
  if (!hasLog) return lookThrough(file, immutable(file), folder, size);
  if (size > LOOKED_THROUGH_BYTES_MAX) return { is: "fine", facts: { lookedThrough: 0 } };
  const copy = mkdtempSync(join(tmpdir(), "inetsrv-books-"));
  try {
    copyFileSync(file, join(copy, "mail.sqlite"));
    copyFileSync(log, join(copy, "mail.sqlite-wal"));
    const opened = join(copy, "mail.sqlite");
    return lookThrough(file, () => new Database(opened, { readwrite: true }), folder, size);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Read beside the server, as its own processes do. */
export function tryLiveBooks(folder: string): TrialEnd {
  const file = booksFile(folder);
  const books = new Database(file, { readonly: true });
  try {
    const flaw = formatFlaw(books, file);
    if (flaw !== undefined) return flaw;
    // A message that has left meanwhile took its body along.
    const lost = new Set(lostAmong(waiting(books), folder));
    return judged(lost.size === 0 ? [] : waiting(books).flatMap(({ id }) => (lost.has(id) ? [id] : [])), {});
  } finally {
    books.close();
  }
}

/** Nothing is locked or written, as nobody writes it. */
const immutable = (file: string) => (): Database =>
  new Database(
    `file:${encodeURI(file).replaceAll(/[?#]/g, encodeURIComponent)}?immutable=1`,
    constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI,
  );

function lookThrough(file: string, open: () => Database, folder: string, size: number): TrialEnd {
  let books: Database | undefined;
  try {
    books = open();
    const flaw = formatFlaw(books, file);
    if (flaw !== undefined) return flaw;
    if (size <= LOOKED_THROUGH_BYTES_MAX) {
      const said = String(books.query("PRAGMA quick_check(1)").values()[0]?.[0]);
      if (said !== "ok") return damaged(`${file}: ${said}`);
    }
    const lost = lostAmong(waiting(books), folder);
    return judged(lost, { waiting: number(books, "SELECT count(*) FROM message WHERE left_ms IS NULL") });
  } catch (error) {
    return damaged(`${file}: ${messageOf(error)}`);
  } finally {
    books?.close();
  }
}

const number = (books: Database, sql: string): number => Number(books.query(sql).values()[0]?.[0]);

function formatFlaw(books: Database, file: string): TrialEnd | undefined {
  if (number(books, "PRAGMA application_id") !== APPLICATION) return damaged(`${file} are no books of inetsrv`);
  const format = number(books, "PRAGMA user_version");
  const { reads } = spoolFormats;
  if (reads.includes(format)) return undefined;
  const because = `${file} is of format ${format}, and this release reads ${reads.join(", ")}`;
  return { is: "failed", because, facts: { format } };
}

const damaged = (because: string): TrialEnd => ({ is: "damaged", because });

/** A message in the queue whose body lies in a file. */
interface Waiting extends Place {
  readonly id: string;
}

/** The newest first. Before format 2 each had a file of its own. */
function waiting(books: Database): readonly Waiting[] {
  const hasPlaces = number(books, "SELECT count(*) FROM sqlite_schema WHERE name = 'place'") > 0;
  const [file, start, from] = hasPlaces ? ["file", "start", "JOIN place ON message = n"] : ["id", "0", ""];
  return books
    .query<Waiting, [number]>(
      `SELECT id, ${file} AS file, ${start} AS start FROM message ${from}
       WHERE left_ms IS NULL AND in_file = 1 ORDER BY n DESC LIMIT ?`,
    )
    .all(BODIES_MAX);
}

const lostAmong = (all: readonly Waiting[], folder: string): readonly string[] =>
  all.flatMap((it, index) => {
    const path = bodyPath(folder, it.file);
    const isThere = index < BODIES_READ_MAX ? reads(path, it) : existsSync(path);
    return isThere ? [] : [it.id];
  });

function reads(path: string, { id, start }: Waiting): boolean {
  const read = attemptNow(() =>
    slipsOf(path).some((it) => it.slip.id === id && it.start === start && isWhole(path, it)),
  );
  return read.ok && read.value;
}

function judged(lost: readonly string[], more: Readonly<Record<string, number>>): TrialEnd {
  const facts = { ...more, lost: lost.length };
  const [first] = lost;
  if (first === undefined) return { is: "fine", facts };
  return { is: "damaged", because: `the body of message ${first} is missing or does not read`, facts };
}
