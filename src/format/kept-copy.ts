// The copy that is kept of a database before it is brought to another format: a folder that appears whole or not at all,
// `before-format-<n>/<date>/`. Old ones go, so that they are never more than a few.
import type { Database } from "bun:sqlite";
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { freeBytes, namesIn, sync } from "../base/disk.ts";

/** Of those that were made before one and the same format. */
const KEPT_MAX = 2;
const UNFINISHED = ".unfinished";
/** What SQLite needs beside the pages themselves. */
const MARGIN_BYTES = 1024 * 1024;

/** Where a disk can fail and a process can die; a test strikes there. */
export type Moment = "begun" | "copied" | "changed" | "kept" | "put away" | "closed" | "put in place";

/** How a database is brought to another format, alike for all of them. */
export interface Bringing {
  /** The format that is wanted. */
  readonly to: number;
  /** Of the program that does it. */
  readonly release: string;
  readonly wallMs: number;
  /** What is free on the disk, and where it fails, when a test says it. */
  readonly freeBytes?: (folder: string) => number;
  readonly strike?: (moment: Moment) => void;
}

export interface Brought {
  readonly from: number;
  readonly to: number;
  /** The folder with the database as it was; undefined when there was nothing to do. */
  readonly kept: string | undefined;
  /** What the older format cannot express; it is in the kept database. */
  readonly leftOut: readonly string[];
}

export class KeptCopy {
  /** Where it will lie. */
  readonly path: string;
  private readonly folder: string;
  private readonly all: string;
  private finished = false;

  private constructor(folder: string, format: number, wallMs: number) {
    this.folder = folder;
    this.all = join(folder, `before-format-${format}`);
    const date = new Date(wallMs).toISOString().replaceAll(/[:.]/g, "-");
    const names = namesIn(this.all);
    let name = date;
    for (let more = 2; names.includes(name); more++) name = `${date}-${more}`;
    this.path = join(this.all, name);
  }

  /** Throws, as all here does. */
  static begin(folder: string, format: number, wallMs: number): KeptCopy {
    const kept = new KeptCopy(folder, format, wallMs);
    for (const it of namesIn(kept.all)) if (it.endsWith(UNFINISHED)) rmSync(join(kept.all, it), { recursive: true });
    // Whoever was killed before it was done, again and again, has left one each time.
    kept.prune();
    mkdirSync(kept.unfinished, { recursive: true, mode: 0o700 });
    return kept;
  }

  /** All that is committed, as one file; nobody else may read it. The answer is where it is now. */
  take(database: Database, name: string): string {
    const file = join(this.unfinished, name);
    closeSync(openSync(file, "wx", 0o600));
    database.query("VACUUM INTO ?").run(file);
    sync(file);
    return file;
  }

  /** From here on it is there, whatever happens. */
  finish(leftOut: readonly string[]): void {
    if (leftOut.length > 0) {
      const list = join(this.unfinished, LEFT_OUT);
      writeFileSync(list, `${leftOut.join("\n")}\n`, { mode: 0o600 });
      sync(list);
    }
    sync(this.unfinished);
    renameSync(this.unfinished, this.path);
    this.finished = true;
    sync(this.all);
    sync(this.folder);
  }

  /** It was not needed: nothing has changed. */
  discard(): void {
    rmSync(this.finished ? this.path : this.unfinished, { recursive: true, force: true });
  }

  /** What is older than the newest few goes; this one is the newest, whatever the clock has said meanwhile. */
  prune(): void {
    const others = namesIn(this.all)
      .filter((it) => !it.endsWith(UNFINISHED) && it !== basename(this.path))
      .toSorted();
    for (const it of others.slice(0, this.finished ? 1 - KEPT_MAX : -KEPT_MAX))
      rmSync(join(this.all, it), { recursive: true, force: true });
  }

  private get unfinished(): string {
    return `${this.path}${UNFINISHED}`;
  }
}

/** The list of what the older format cannot express, beside the kept database. */
const LEFT_OUT = "left-out.txt";

/** Why there is no room for `times` the database more; undefined when there is. */
export function lackOfRoom(database: Database, folder: string, times: number, freeOn = freeBytes): string | undefined {
  const number = (pragma: string): number => Number(database.query(`PRAGMA ${pragma}`).values()[0]?.[0]);
  const needed = times * number("page_count") * number("page_size") + MARGIN_BYTES;
  const free = freeOn(folder);
  if (free >= needed) return undefined;
  return `${megabytes(needed)} MB are needed in ${folder} to keep a copy and change it, and ${Math.floor(free / 1e6)} MB are free`;
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
