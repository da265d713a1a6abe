// What an opening makes of what it finds, as the table in README.md says. Runs in the thread of the spool, where waiting
// for a disk keeps nobody waiting.
import type { Database } from "bun:sqlite";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bad, good } from "../../base/result.ts";
import { version } from "../../base/version.ts";
import { type FormatTable, writesOf } from "../../format/format-table.ts";
import type { Brought } from "../../format/kept-copy.ts";
import { attemptNow, bodiesFolder, bodyNames } from "../body-file.ts";
import { Books } from "../book/operations.ts";
import { Reserve } from "../reserve.ts";
import { type SpoolLock, useLock } from "../spool-lock.ts";
import { type Step, Teller } from "../teller.ts";
import { type Spooled, type Trouble, trouble } from "../trouble.ts";
import { booksFile, foundBooks, type Looking, openBooksFile, sqliteFiles } from "./books-file.ts";
import { bringFormat } from "./bring-format.ts";
import { spoolFormatTable } from "./format-steps.ts";
import { begunSalvage, type Salvaged, salvage } from "./salvage.ts";
import { ORPHAN_AGE_MS, sweep } from "./sweep.ts";

export interface Opening {
  readonly folder: string;
  readonly wallMs: number;
  readonly reserveBytes: number;
}

/** What an operator should hear of; the process makes events of it. */
export type News =
  | { readonly is: "format-brought"; readonly brought: Brought }
  | { readonly is: "salvaged"; readonly because: string; readonly salvaged: Salvaged }
  | { readonly is: "suspect"; readonly because: string }
  | { readonly is: "failing"; readonly because: string }
  | { readonly is: "reserve-given" }
  | { readonly is: "thread-ended"; readonly because: string };

export interface OpenBooks {
  readonly teller: Teller;
  /** What the answers say of the state of the disk, each kind once. */
  newsOf(answers: readonly Spooled<unknown>[]): readonly News[];
  close(): void;
}

export interface Opened {
  readonly how: Spooled<OpenBooks>;
  readonly news: readonly News[];
}

const SHARED_WAIT_MS = 10_000;
const SHARED_PAUSE_MS = 10;

/** The formats are those of this release but for a test. */
export function openBooks(
  opening: Opening,
  step?: (step: Step) => void,
  formats: FormatTable = spoolFormatTable,
): Opened {
  const { folder, wallMs } = opening;
  const news: News[] = [];
  const refuse = (error: Trouble): Opened => ({ how: bad(error), news });
  const made = attemptNow(() => mkdirSync(bodiesFolder(folder), { recursive: true, mode: 0o700 }));
  if (!made.ok) return refuse(made.error);
  const opened = patiently("older", () => prepareAndOpen(folder, wallMs, formats, news));
  if (!opened.ok) return refuse(opened.error);
  const { database, shared } = opened.value;
  sweep(folder, database, wallMs - ORPHAN_AGE_MS);
  const reserve = new Reserve(folder, opening.reserveBytes);
  reserve.keep();
  const giveReserve = () => reserve.give() && news.push({ is: "reserve-given" }) > 0;
  const teller = new Teller({ books: new Books(database), folder, giveReserve, ...(step !== undefined && { step }) });
  const close = () => {
    attemptNow(() => database.close());
    shared.release();
  };
  const said = new Set<string>();
  const newsOf = (answers: readonly Spooled<unknown>[]): readonly News[] => [
    ...news.splice(0),
    ...diskNews(folder, answers, said),
  ];
  return { how: good({ teller, newsOf, close }), news: news.splice(0) };
}

interface Held {
  readonly database: Database;
  readonly shared: SpoolLock;
}

/** "older": others have it open, so that it could not be brought to the format of today. */
function prepareAndOpen(folder: string, wallMs: number, formats: FormatTable, news: News[]): Spooled<Held> {
  const alone = useLock(folder, "alone");
  if (!alone.ok && alone.error.is !== "held") return alone;
  if (alone.ok) {
    const prepared = prepare(folder, wallMs, formats, news);
    alone.value.release();
    if (!prepared.ok) return prepared;
  }
  // One that founds or salvages is waited for; a transaction of it cannot last.
  const shared = patiently("held", () => useLock(folder, "shared"));
  if (!shared.ok) return shared;
  const opened = openBooksFile(folder, { formats });
  if (opened.ok) return good({ database: opened.value, shared: shared.value });
  shared.value.release();
  return opened;
}

/** Tries again for a while as long as `is` is what is in the way. */
function patiently<T>(is: Trouble["is"], attempt: () => Spooled<T>): Spooled<T> {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const begunMs = performance.now();
  for (;;) {
    const done = attempt();
    if (done.ok || done.error.is !== is || performance.now() - begunMs > SHARED_WAIT_MS) return done;
    Atomics.wait(pause, 0, 0, SHARED_PAUSE_MS);
  }
}

const suspectPath = (folder: string): string => join(folder, "suspect");

/** Nobody else has it open: what is missing is founded, what is damaged is salvaged, what is left over is removed. */
function prepare(folder: string, wallMs: number, formats: FormatTable, news: News[]): Spooled<void> {
  for (const it of sqliteFiles(`${booksFile(folder)}.new`)) attemptNow(() => rmSync(it, { force: true }));
  const isThere = existsSync(booksFile(folder));
  if (!isThere && begunSalvage(folder) === undefined && !bodyNames(folder).some((it) => it.whole))
    return foundBooks(folder, formats);
  const suspect = existsSync(suspectPath(folder));
  const opened = isThere
    ? openToday(folder, wallMs, { formats, wholly: suspect }, news)
    : bad(trouble("damaged", `there is no ${booksFile(folder)}`));
  if (opened.ok) {
    attemptNow(() => rmSync(suspectPath(folder), { force: true }));
    sweep(folder, opened.value, Number.POSITIVE_INFINITY);
    return attemptNow(() => opened.value.close());
  }
  if (opened.error.is !== "damaged") return opened;
  const salvaged = salvage(folder, wallMs, formats);
  if (!salvaged.ok) return salvaged;
  attemptNow(() => rmSync(suspectPath(folder), { force: true }));
  news.push({ is: "salvaged", because: opened.error.because, salvaged: salvaged.value });
  return good(undefined);
}

/** Books of an older format are brought to that of today first. */
function openToday(folder: string, wallMs: number, looking: Looking, news: News[]): Spooled<Database> {
  const opened = openBooksFile(folder, looking);
  if (opened.ok || opened.error.is !== "older") return opened;
  const { formats } = looking;
  const brought = bringFormat(folder, formats, { to: writesOf(formats), release: version, wallMs });
  if (!brought.ok) return brought;
  news.push({ is: "format-brought", brought: brought.value });
  return openBooksFile(folder, looking);
}

/** Damage that is met leaves its mark for the next opening. */
function diskNews(folder: string, answers: readonly Spooled<unknown>[], said: Set<string>): readonly News[] {
  const news: News[] = [];
  for (const it of answers) {
    if (it.ok || said.has(it.error.is)) continue;
    const { is, because } = it.error;
    if (is === "damaged") {
      attemptNow(() => writeFileSync(suspectPath(folder), because));
      news.push({ is: "suspect", because });
    } else if (is === "failed" || is === "read-only" || is === "denied" || is === "full")
      news.push({ is: "failing", because });
    else continue;
    said.add(is);
  }
  if (answers.length > 0 && answers.every((it) => it.ok)) said.clear();
  return news;
}
