// Brings the database of a metabase to another format that this release knows: a copy is kept, another one is changed and
// looked through, and one rename puts that in the place of the old one. Killed at any step, the old or the new is there.
import type { Database } from "bun:sqlite";
import { copyFileSync, existsSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sync } from "../../base/disk.ts";
import { good } from "../../base/result.ts";
import { type FormatTable, wayBetween } from "../../format/format-table.ts";
import { type Bringing, type Brought, KeptCopy, lackOfRoom } from "../../format/kept-copy.ts";
import { stampOf, takeSteps } from "../../format/stamp.ts";
import { copyFolder } from "../copy/copy-names.ts";
import { attempt, inOneTransaction, lookThrough, openSqlite, removeUnfinished, unfinishedFile } from "./sqlite-file.ts";
import { type Stored, trouble } from "./trouble.ts";

/** For nobody but who has the home: no other process may have it open, and none is let in until it is done. */
export function bringFormat(file: string, formats: FormatTable, bringing: Bringing): Stored<Brought> {
  const opened = openSqlite(file, formats, "any known");
  if (!opened.ok) return opened;
  const database = opened.value;
  const from = stampOf(database)?.format ?? bringing.to; // it was looked through, so it says
  try {
    if (from === bringing.to) return good({ from, to: from, kept: undefined, leftOut: [] });
    return attempt(file, () => new Move(file, database, formats, from, bringing).run());
  } finally {
    database.close(true);
  }
}

/** The old one, the kept one, the new one, and for a while the log of the new one. */
const TIMES_MORE = 3;

class Move {
  private readonly file: string;
  private readonly folder: string;
  private readonly database: Database;
  private readonly formats: FormatTable;
  private readonly from: number;
  private readonly bringing: Bringing;

  constructor(file: string, database: Database, formats: FormatTable, from: number, bringing: Bringing) {
    this.file = file;
    this.folder = dirname(file);
    this.database = database;
    this.formats = formats;
    this.from = from;
    this.bringing = bringing;
  }

  /** Throws, and then all is as it was. */
  run(): Brought {
    const { file, folder, database, from, bringing } = this;
    const { to, wallMs, freeBytes, strike = () => {} } = bringing;
    const lack = lackOfRoom(database, folder, TIMES_MORE, freeBytes);
    if (lack !== undefined) throw trouble("full", lack);
    const copy = new CopyAside(copyFolder(folder));
    const kept = KeptCopy.begin(folder, to, wallMs);
    let placed = false;
    try {
      strike("begun");
      removeUnfinished(file);
      copyFileSync(kept.take(database, basename(file)), unfinishedFile(file));
      strike("copied");
      const leftOut = this.change();
      strike("changed");
      kept.finish(leftOut);
      strike("kept");
      if (wayBetween(this.formats, from, to).some((it) => it.copyAnew)) copy.putInto(kept.path);
      strike("put away");
      withoutLog(file, database);
      strike("closed");
      renameSync(unfinishedFile(file), file);
      placed = true;
      strike("put in place");
      sync(folder);
      attempt(file, () => kept.prune()); // one copy more is no harm
      return { from, to, kept: kept.path, leftOut };
    } catch (thrown) {
      if (!placed)
        for (const undo of [() => copy.putBack(), () => kept.discard(), () => removeUnfinished(file)])
          attempt(file, undo);
      throw thrown;
    }
  }

  /** The old one is good, so whatever is wrong with the changed one is a failure of the change. */
  private change(): readonly string[] {
    const { formats, from } = this;
    const { to, release } = this.bringing;
    const unfinished = unfinishedFile(this.file);
    const changed = attempt(unfinished, () =>
      inOneTransaction(unfinished, (database) => {
        const left = takeSteps(database, formats, from, { format: to, writer: release });
        lookThrough(unfinished, database, formats);
        return left;
      }),
    );
    if (!changed.ok) throw changed.error.is === "damaged" ? trouble("failed", changed.error.because) : changed.error;
    sync(unfinished);
    return changed.value;
  }
}

/** What is in it goes into the database: a log beside another database than its own would be brought into that one. */
function withoutLog(file: string, database: Database): void {
  database.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  const mode = database.query("PRAGMA journal_mode = DELETE").values()[0]?.[0];
  if (mode !== "delete") throw trouble("failed", `the log of ${file} cannot be brought in`);
}

/** The good copy, which lies with the kept database where its own format changes; the next start writes it anew. */
class CopyAside {
  private readonly from: string;
  private to: string | undefined;

  constructor(from: string) {
    this.from = from;
  }

  putInto(kept: string): void {
    if (!existsSync(this.from)) return;
    const to = join(kept, basename(this.from));
    renameSync(this.from, to);
    this.to = to;
    sync(kept);
  }

  putBack(): void {
    if (this.to !== undefined) renameSync(this.to, this.from);
  }
}
