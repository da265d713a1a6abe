// Many orders at once: the bodies in files of all are synced, all rows are written in one transaction, and then all are
// answered. When that fails each is tried alone, so that nobody suffers from another's message.

import { bad, good } from "../base/result.ts";
import { attemptNow, bodyPath, removeBody, removePart } from "./body-file.ts";
import { needed } from "./book/look.ts";
import { type Asked, type Books, entriesOf, isWrite, reads, writes } from "./book/operations.ts";
import { type LeftBody, messageRow } from "./book/rows.ts";
import { placeHeld, settleReceived } from "./settle-bodies.ts";
import { markLeft } from "./slip.ts";
import { type Spooled, trouble, troubleOf } from "./trouble.ts";

/** Where a disk can fail and a process can die; a test strikes there. */
export type Step =
  | "settle body"
  | "write bodies"
  | "sync folder"
  | "begin"
  | "write"
  | "commit"
  | "committed"
  | "remove body";

export interface TellerOptions {
  readonly books: Books;
  /** undefined: in memory, without files. */
  readonly folder: string | undefined;
  /** Gives up the reserve; whether there was one. */
  readonly giveReserve: () => boolean;
  readonly step?: (step: Step) => void;
}

/** How long the commits of other processes may keep ours waiting. */
const BUSY_MS_MAX = 10_000;
const BUSY_PAUSE_MS = 0.3;

export class Teller {
  private readonly books: Books;
  private readonly folder: string | undefined;
  private readonly giveReserve: () => boolean;
  private readonly step: (step: Step) => void;
  private readonly pause = new Int32Array(new SharedArrayBuffer(4));

  constructor({ books, folder, giveReserve, step = () => {} }: TellerOptions) {
    this.books = books;
    this.folder = folder;
    this.giveReserve = giveReserve;
    this.step = step;
  }

  /** The answers in the order of what was asked. Nothing throws. */
  run(batch: readonly Asked[]): readonly Spooled<unknown>[] {
    const answers: Spooled<unknown>[] = new Array(batch.length);
    const settled = this.folder === undefined ? [] : settleReceived(this.folder, batch, this.step);
    const kept: number[] = [];
    batch.forEach((asked, index) => {
      if (!isWrite(asked.name)) return;
      const how = settled[index] ?? good(undefined);
      if (how.ok) kept.push(index);
      else answers[index] = how;
    });
    this.keep(kept.flatMap((index) => batch[index] ?? [])).forEach((answer, index) => {
      answers[kept[index] ?? 0] = answer;
    });
    this.giveUp(batch.filter((it, index) => isWrite(it.name) && answers[index]?.ok === false));
    batch.forEach((it, index) => {
      answers[index] ??= this.look(it);
    });
    return answers;
  }

  private look(asked: Asked): Spooled<unknown> {
    return this.patiently(() => {
      const operation = reads[asked.name as keyof typeof reads] as (books: Books, argument: unknown) => unknown;
      return operation(this.books, asked.argument);
    });
  }

  private keep(asked: readonly Asked[]): readonly Spooled<unknown>[] {
    if (asked.length === 0) return [];
    const done = this.placedTogether(asked);
    if (done.ok) return done.value.map(good);
    if (done.error.is === "held") return asked.map(() => done);
    return asked.map((it) => this.alone(it));
  }

  private alone(asked: Asked): Spooled<unknown> {
    const there = this.whatIsThere(asked);
    if (there !== undefined) return good(there);
    let done = this.placedTogether([asked]);
    for (const makeRoom of [() => this.shortenLog(), this.giveReserve, () => this.shortenLog()]) {
      if (done.ok || done.error.is !== "full" || asked.name === "accept") break;
      if (makeRoom()) done = this.placedTogether([asked]);
    }
    return done.ok ? good(done.value[0]) : done;
  }

  /** What is in the log is brought into the books, so that it can be written again from its beginning. */
  private shortenLog(): boolean {
    return attemptNow(() => this.books.database.query("PRAGMA wal_checkpoint(TRUNCATE)").get()).ok;
  }

  /** A commit of many that failed late may have come through. */
  private whatIsThere(asked: Asked): string | undefined {
    if (asked.name !== "accept") return undefined;
    const row = attemptNow(() => messageRow(this.books.database, asked.argument.id));
    return row.ok && row.value !== null ? asked.argument.id : undefined;
  }

  private placedTogether(asked: readonly Asked[]): Spooled<readonly unknown[]> {
    const { folder } = this;
    if (folder === undefined) return this.together(asked);
    const placed = attemptNow(() => placeHeld(folder, asked, this.step));
    if (!placed.ok) return placed;
    const done = this.together(placed.value.batch);
    if (!done.ok) for (const it of this.needless(placed.value.files)) removeBody(folder, it);
    return done;
  }

  /** What was received as a file and is not in the books. */
  private giveUp(failed: readonly Asked[]): void {
    const { folder } = this;
    const files = failed.flatMap(entriesOf).flatMap(({ body }) => (body.is === "file" ? [body.file] : []));
    if (folder === undefined || files.length === 0) return;
    for (const it of this.needless(files)) {
      removeBody(folder, it);
      removePart(folder, it);
    }
  }

  /** A body goes with its file, or is marked where others lie there too: without books it would be taken up again. */
  private leave(bodies: readonly LeftBody[]): void {
    const { folder } = this;
    if (folder === undefined) return;
    const needless = this.needless(bodies.map((it) => it.file));
    for (const { file, end } of bodies)
      if (needless.has(file)) removeBody(folder, file);
      else attemptNow(() => markLeft(bodyPath(folder, file), end));
  }

  /** Those that no row names. */
  private needless(files: readonly string[]): ReadonlySet<string> {
    const found = attemptNow(() => needed(this.books.database, files));
    return found.ok ? new Set(files).difference(new Set(found.value)) : new Set(); // the next opening sweeps
  }

  private together(asked: readonly Asked[]): Spooled<readonly unknown[]> {
    const { books } = this;
    books.unneeded.length = 0;
    const done = this.patiently(() => {
      this.step("begin");
      books.database.query("BEGIN IMMEDIATE").run();
      try {
        const answers = asked.map((it) => {
          this.step("write");
          return (writes[it.name as keyof typeof writes] as (books: Books, argument: unknown) => unknown)(
            books,
            it.argument,
          );
        });
        this.step("commit");
        books.database.query("COMMIT").run();
        return answers;
      } catch (thrown) {
        books.unneeded.length = 0;
        if (books.database.inTransaction) books.database.query("ROLLBACK").run();
        throw thrown;
      }
    });
    if (!done.ok) return done;
    const after = attemptNow(() => this.step("committed"));
    if (!after.ok) return after;
    if (books.unneeded.length > 0 && attemptNow(() => this.step("remove body")).ok) this.leave(books.unneeded);
    return done;
  }

  /** Another process's commit is waited for in small steps: SQLite's own grow to a tenth of a second. */
  private patiently<T>(run: () => T): Spooled<T> {
    const begun = performance.now();
    for (;;) {
      try {
        return good(run());
      } catch (thrown) {
        const found = troubleOf(thrown);
        if (found.is !== "held") return bad(found);
        if (performance.now() - begun > BUSY_MS_MAX)
          return bad(trouble("held", `another process has been writing for ${BUSY_MS_MAX / 1000} s`));
        Atomics.wait(this.pause, 0, 0, BUSY_PAUSE_MS);
      }
    }
  }
}
