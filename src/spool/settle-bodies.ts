// Before a row names a file, the file is on the disk: what was received as a file gets its name, and what is held but too
// large for the books is written into others. Their folder is synced once for all of them.
import { sync } from "../base/disk.ts";
import { good } from "../base/result.ts";
import { attemptNow, bodiesFolder, removeBody, settleBody, writeBodies } from "./body-file.ts";
import { type Asked, entriesOf, withEntries } from "./book/operations.ts";
import type { Entry, Place } from "./entry.ts";
import type { Spooled } from "./trouble.ts";

/** From here on a body costs less beside the books, whose pages go through a log first. */
const OUTSIDE_BYTES_MIN = 64 * 1024;
/** Of bodies in one file. It stays until the last of its messages has left. */
const FILE_BYTES_MAX = 1024 * 1024;

type Tell = (step: "settle body" | "write bodies" | "sync folder") => void;

/** For each that is asked, whether its files have their names. */
export function settleReceived(folder: string, batch: readonly Asked[], step: Tell): readonly Spooled<void>[] {
  const results = batch.map((asked) => {
    const files = entriesOf(asked).flatMap(({ body }) => (body.is === "file" ? [body.file] : []));
    if (files.length === 0) return undefined;
    return attemptNow(() => {
      for (const file of files) {
        step("settle body");
        settleBody(folder, file);
      }
    });
  });
  const done = good(undefined);
  if (results.every((it) => it === undefined)) return results.map(() => done);
  const synced = attemptNow(() => syncFolder(folder, step));
  return results.map((it) => (it === undefined ? done : it.ok ? synced : it));
}

export interface Placed {
  /** The same, and what is too large to be held lies in files. */
  readonly batch: readonly Asked[];
  readonly files: readonly string[];
}

/** What shares a file must get its rows in one transaction: whoever sees one of them may see that it was the last. Throws. */
export function placeHeld(folder: string, batch: readonly Asked[], step: Tell): Placed {
  const large = batch.flatMap(entriesOf).filter((it) => it.body.is === "held" && it.sizeBytes >= OUTSIDE_BYTES_MIN);
  if (large.length === 0) return { batch, files: [] };
  const places = new Map<Entry, Place>();
  try {
    for (const group of groupsOf(large)) {
      step("write bodies");
      for (const [entry, place] of writeBodies(folder, group)) places.set(entry, place);
    }
    syncFolder(folder, step);
  } catch (thrown) {
    for (const file of filesOf(places)) removeBody(folder, file);
    throw thrown;
  }
  const placed = (entry: Entry): Entry => {
    const place = places.get(entry);
    return place === undefined ? entry : { ...entry, body: { is: "file", ...place } };
  };
  return { batch: batch.map((it) => withEntries(it, placed)), files: filesOf(places) };
}

const filesOf = (places: ReadonlyMap<Entry, Place>): readonly string[] => [
  ...new Set([...places.values()].map((it) => it.file)),
];

function syncFolder(folder: string, step: Tell): void {
  step("sync folder");
  sync(bodiesFolder(folder));
}

function groupsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups: Entry[][] = [];
  let left = 0;
  for (const it of entries) {
    if (it.sizeBytes > left) {
      groups.push([]);
      left = FILE_BYTES_MAX;
    }
    groups.at(-1)?.push(it);
    left -= it.sizeBytes;
  }
  return groups;
}
