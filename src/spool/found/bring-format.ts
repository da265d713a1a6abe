// Brings the books to another format that this release knows: a copy is kept, then all steps are one transaction. Bodies
// in files are the same in every format, and stay where they are.

import type { Database } from "bun:sqlite";
import { basename } from "node:path";
import { good } from "../../base/result.ts";
import type { FormatTable } from "../../format/format-table.ts";
import { type Bringing, type Brought, KeptCopy, lackOfRoom } from "../../format/kept-copy.ts";
import { stampOf, takeSteps } from "../../format/stamp.ts";
import { attemptNow } from "../body-file.ts";
import { Refused, type Spooled, trouble } from "../trouble.ts";
import { booksFile, openBooksFile } from "./books-file.ts";

/** Only for who has the spool alone. */
export function bringFormat(folder: string, formats: FormatTable, bringing: Bringing): Spooled<Brought> {
  const opened = openBooksFile(folder, { formats, anyFormat: true });
  if (!opened.ok) return opened;
  const database = opened.value;
  const from = stampOf(database)?.format ?? bringing.to; // it was looked through, so it says
  try {
    if (from === bringing.to) return good({ from, to: from, kept: undefined, leftOut: [] });
    return attemptNow(() => move(folder, database, formats, from, bringing));
  } finally {
    attemptNow(() => database.close());
  }
}

/** The copy, and the log of the change. */
const TIMES_MORE = 2;

/** Throws, and then all is as it was. */
function move(folder: string, database: Database, formats: FormatTable, from: number, bringing: Bringing): Brought {
  const { to, release, wallMs, freeBytes, strike = () => {} } = bringing;
  const lack = lackOfRoom(database, folder, TIMES_MORE, freeBytes);
  if (lack !== undefined) throw new Refused(trouble("full", lack));
  const kept = KeptCopy.begin(folder, to, wallMs);
  try {
    strike("begun");
    kept.take(database, basename(booksFile(folder)));
    strike("copied");
    database.query("BEGIN IMMEDIATE").run();
    const leftOut = takeSteps(database, formats, from, { format: to, writer: release });
    strike("changed");
    kept.finish(leftOut);
    strike("kept");
    database.query("COMMIT").run();
    attemptNow(() => strike("put in place"));
    attemptNow(() => kept.prune()); // one copy more is no harm
    return { from, to, kept: kept.path, leftOut };
  } catch (thrown) {
    // A commit that failed may have come through all the same; then the copy stays.
    if (database.inTransaction) attemptNow(() => database.query("ROLLBACK").run());
    const found = attemptNow(() => stampOf(database));
    if (found.ok && found.value?.format === from) attemptNow(() => kept.discard());
    throw thrown;
  }
}
