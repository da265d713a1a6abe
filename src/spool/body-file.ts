// Bodies too large for the books, as files beside them, each with a slip at its end. What a file without a row means is
// decided elsewhere.
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writevSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { sync } from "../base/disk.ts";
import { bad, good } from "../base/result.ts";
import type { Entry, Place } from "./entry.ts";
import type { NewMessage } from "./message.ts";
import { type Slip, slipBytes } from "./slip.ts";
import { Refused, type Spooled, trouble, troubleOf } from "./trouble.ts";

export const bodiesFolder = (folder: string): string => join(folder, "bodies");
export const bodyPath = (folder: string, file: string): string => join(folder, "bodies", `${checked(file)}.eml`);
export const partPath = (folder: string, file: string): string => join(folder, "bodies", `${checked(file)}.part`);

/** Ids are ours, and never a way into another folder. */
function checked(id: string): string {
  if (!ID.test(id)) throw new Error(`"${id}" is no id of a message`);
  return id;
}

const ID = /^[0-9a-z]{1,64}$/;

/** A body that is being written. */
export class BodyFile {
  private readonly path: string;
  private readonly file: FileHandle;
  private crc = 0;
  private sizeBytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.file = file;
  }

  static async create(folder: string, id: string): Promise<Spooled<BodyFile>> {
    const path = partPath(folder, id);
    return attempt(async () => new BodyFile(path, await open(path, "wx", OWNER_ONLY)));
  }

  async write(bytes: Uint8Array): Promise<Spooled<void>> {
    const written = await attempt(() => writeAll(this.file, bytes));
    if (!written.ok) return written;
    this.crc = crc32(bytes, this.crc);
    this.sizeBytes += bytes.length;
    return written;
  }

  /** The teller syncs it, with those of all others that wait. */
  async finish(id: string, receivedMs: number, message: NewMessage): Promise<Spooled<void>> {
    const slip: Slip = { id, receivedMs, sizeBytes: this.sizeBytes, crc: this.crc, message };
    const written = await attempt(() => writeAll(this.file, slipBytes(slip)));
    const closed = await attempt(() => this.file.close());
    return written.ok ? closed : written;
  }

  async abandon(): Promise<void> {
    await attempt(() => this.file.close());
    attemptNow(() => rmSync(this.path, { force: true }));
  }
}

const OWNER_ONLY = 0o600;

export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

/** Puts a file that was finished under its name; its folder is synced once for many, by whoever calls. Throws. */
export function settleBody(folder: string, id: string): void {
  const path = partPath(folder, id);
  sync(path);
  renameSync(path, bodyPath(folder, id));
}

/**
 * Bodies that were in memory, in one file with the name of the first, as each file costs a sync of its own. It needs no
 * other name while it is written: none of it counts before rows name it. Throws, and then there is no file.
 */
export function writeBodies(folder: string, entries: readonly Entry[]): ReadonlyMap<Entry, Place> {
  const [{ id: file } = { id: "" }] = entries;
  const path = bodyPath(folder, file);
  const places = new Map<Entry, Place>();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const entry of entries) {
    const { id, receivedMs, sizeBytes, body, message } = entry;
    if (body.is !== "held") throw new Error("a body that lies in a file is not written into another one");
    const crc = body.pieces.reduce((sum, it) => crc32(it, sum), 0);
    const slip = slipBytes({ id, receivedMs, sizeBytes, crc, message });
    places.set(entry, { file, start: length });
    pieces.push(...body.pieces, slip);
    length += sizeBytes + slip.length;
  }
  const descriptor = openSync(path, "wx", OWNER_ONLY);
  try {
    writePieces(descriptor, pieces);
    fsyncSync(descriptor);
  } catch (thrown) {
    attemptNow(() => rmSync(path, { force: true }));
    throw thrown;
  } finally {
    closeSync(descriptor);
  }
  return places;
}

/** The kernel takes so many at once. */
const PIECES_MAX = 1024;

function writePieces(file: number, pieces: readonly Uint8Array[]): void {
  for (let from = 0; from < pieces.length; from += PIECES_MAX) {
    let left = pieces.slice(from, from + PIECES_MAX);
    while (left.length > 0) left = behind(left, writevSync(file, left));
  }
}

/** A disk may take less than it was given. */
function behind(pieces: readonly Uint8Array[], written: number): Uint8Array[] {
  const left: Uint8Array[] = [];
  let skip = written;
  for (const it of pieces) {
    if (skip < it.length) left.push(it.subarray(skip));
    skip = Math.max(0, skip - it.length);
  }
  return left;
}

export function removeBody(folder: string, file: string): void {
  attemptNow(() => rmSync(bodyPath(folder, file), { force: true }));
}

/** One that was finished and never got its name. */
export function removePart(folder: string, id: string): void {
  attemptNow(() => rmSync(partPath(folder, id), { force: true }));
}

export interface BodyName {
  readonly name: string;
  /** By which rows name it. */
  readonly file: string;
  readonly whole: boolean;
}

/** What lies in the folder of bodies; names that are not ours are nobody's business here. */
export function bodyNames(folder: string): readonly BodyName[] {
  const names = attemptNow(() => readdirSync(bodiesFolder(folder)));
  return (names.ok ? names.value : []).flatMap((name) => {
    const [, file = "", kind] = /^([0-9a-z]{1,64})\.(eml|part)$/.exec(name) ?? [];
    return kind === undefined ? [] : [{ name, file, whole: kind === "eml" }];
  });
}

/** An open file, long enough for the body. What is deleted meanwhile stays readable here. */
export async function openBody(folder: string, place: Place, sizeBytes: number): Promise<Spooled<FileHandle>> {
  return attempt(async () => {
    const file = await open(bodyPath(folder, place.file), "r");
    if ((await file.stat()).size >= place.start + sizeBytes) return file;
    await file.close();
    throw new Refused(trouble("damaged", `${bodyPath(folder, place.file)} is shorter than it was`));
  });
}

export async function attempt<T>(run: () => Promise<T>): Promise<Spooled<T>> {
  try {
    return good(await run());
  } catch (thrown) {
    return bad(troubleOf(thrown));
  }
}

export function attemptNow<T>(run: () => T): Spooled<T> {
  try {
    return good(run());
  } catch (thrown) {
    return bad(troubleOf(thrown));
  }
}
