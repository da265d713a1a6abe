// Looks through the books of the mail queue as a file that nobody writes, and at the bodies they name. Changes nothing: what
// the log beside them holds is read from a copy.
import { constants, Database } from "bun:sqlite";
import { copyFileSync, existsSync, lstatSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../base/thrown.ts";
import type { TrialEnd } from "../../service/doctor-check.ts";
import { bodyPath, readSlip } from "../../spool/body-file.ts";
import { APPLICATION, FORMAT } from "../../spool/book/tables.ts";
import { booksFile } from "../../spool/found/books-file.ts";

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
    const number = (sql: string): number => Number(books?.query(sql).values()[0]?.[0]);
    if (number("PRAGMA application_id") !== APPLICATION) return damaged(`${file} are no books of inetsrv`);
    const format = number("PRAGMA user_version");
    if (format > FORMAT)
      return { is: "failed", because: `${file} is of format ${format}, and this release reads ${FORMAT}` };
    if (size <= LOOKED_THROUGH_BYTES_MAX) {
      const said = String(books.query("PRAGMA quick_check(1)").values()[0]?.[0]);
      if (said !== "ok") return damaged(`${file}: ${said}`);
    }
    const waiting = books
      .query<{ readonly id: string }, [number]>(
        "SELECT id FROM message WHERE left_ms IS NULL AND in_file = 1 ORDER BY n DESC LIMIT ?",
      )
      .all(BODIES_MAX);
    const lost = waiting.filter(({ id }, index) => {
      const path = bodyPath(folder, id);
      return index < BODIES_READ_MAX ? readSlip(path) === undefined : !existsSync(path);
    });
    const facts = { waiting: number("SELECT count(*) FROM message WHERE left_ms IS NULL"), lost: lost.length };
    if (lost.length === 0) return { is: "fine", facts };
    return { is: "damaged", because: `the body of message ${lost[0]?.id} is missing or does not read`, facts };
  } catch (error) {
    return damaged(`${file}: ${messageOf(error)}`);
  } finally {
    books?.close();
  }
}

const damaged = (because: string): TrialEnd => ({ is: "damaged", because });
