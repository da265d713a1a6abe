// Bodies too large for the books, as files beside them. A slip at the end of each tells whose it is, so that it can be
// taken up again when the books are lost; what a file without a row means is decided elsewhere.
import { closeSync, fstatSync, fsyncSync, openSync, readdirSync, readSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { isObject } from "../base/json.ts";
import { bad, good } from "../base/result.ts";
import type { NewMessage } from "./message.ts";
import { Refused, type Spooled, trouble, troubleOf } from "./trouble.ts";

/** What is needed to take a message up again. */
export interface Slip {
  readonly id: string;
  readonly receivedMs: number;
  readonly sizeBytes: number;
  readonly crc: number;
  readonly message: NewMessage;
}

export const bodiesFolder = (folder: string): string => join(folder, "bodies");
export const bodyPath = (folder: string, id: string): string => join(folder, "bodies", `${checked(id)}.eml`);
export const partPath = (folder: string, id: string): string => join(folder, "bodies", `${checked(id)}.part`);

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
    return attempt(async () => new BodyFile(path, await open(path, "wx", 0o600)));
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
    const text = Buffer.from(JSON.stringify(slip));
    const written = await attempt(() => writeAll(this.file, Buffer.concat([text, endOf(text)])));
    const closed = await attempt(() => this.file.close());
    return written.ok ? closed : written;
  }

  async abandon(): Promise<void> {
    await attempt(() => this.file.close());
    attemptNow(() => rmSync(this.path, { force: true }));
  }
}

export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

const END_BYTES = 32;

/** Always as long: the length of the slip and its check, found from the end of the file. */
const endOf = (slip: Uint8Array): Buffer =>
  Buffer.from(`\nslip ${String(slip.length).padStart(10, "0")} ${crc32(slip).toString(16).padStart(8, "0")}      \n`);

/** undefined: not whole, or not ours. `body` is read through, too. */
export function readSlip(path: string): Slip | undefined {
  const read = attemptNow(() => {
    const file = openSync(path, "r");
    try {
      return slipOf(file);
    } finally {
      closeSync(file);
    }
  });
  return read.ok ? read.value : undefined;
}

function slipOf(file: number): Slip | undefined {
  const { size } = fstatSync(file);
  const end = piece(file, size - END_BYTES, END_BYTES).toString("latin1");
  const [, length, crc] = /^\nslip (\d{10}) ([0-9a-f]{8}) +\n$/.exec(end) ?? [];
  if (length === undefined || Number(length) > size - END_BYTES) return undefined;
  const text = piece(file, size - END_BYTES - Number(length), Number(length));
  if (crc32(text) !== Number.parseInt(crc ?? "", 16)) return undefined;
  const slip: unknown = JSON.parse(text.toString());
  if (!isObject(slip)) return undefined;
  const whole = slip as unknown as Slip; // as its check says, it is what was written
  if (whole.sizeBytes !== size - END_BYTES - Number(length)) return undefined;
  let sum = 0;
  for (let at = 0; at < whole.sizeBytes; at += PIECE_BYTES)
    sum = crc32(piece(file, at, Math.min(PIECE_BYTES, whole.sizeBytes - at)), sum);
  return sum === whole.crc ? whole : undefined;
}

const PIECE_BYTES = 256 * 1024;

function piece(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, length));
  const got = from < 0 ? 0 : readSync(file, bytes, 0, bytes.length, from);
  return bytes.subarray(0, got);
}

/** Puts a file that was finished under its name; its folder is synced once for many, by whoever calls. Throws. */
export function settleBody(folder: string, id: string): void {
  const path = partPath(folder, id);
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(path, bodyPath(folder, id));
}

export function removeBody(folder: string, id: string): void {
  attemptNow(() => rmSync(bodyPath(folder, id), { force: true }));
}

/** One that was finished and never got its name. */
export function removePart(folder: string, id: string): void {
  attemptNow(() => rmSync(partPath(folder, id), { force: true }));
}

export interface BodyName {
  readonly name: string;
  readonly id: string;
  readonly whole: boolean;
}

/** What lies in the folder of bodies; names that are not ours are nobody's business here. */
export function bodyNames(folder: string): readonly BodyName[] {
  const names = attemptNow(() => readdirSync(bodiesFolder(folder)));
  return (names.ok ? names.value : []).flatMap((name) => {
    const [, id = "", kind] = /^([0-9a-z]{1,64})\.(eml|part)$/.exec(name) ?? [];
    return kind === undefined ? [] : [{ name, id, whole: kind === "eml" }];
  });
}

/** An open body, whole by its length. What is deleted meanwhile stays readable here. */
export async function openBody(folder: string, id: string, sizeBytes: number): Promise<Spooled<FileHandle>> {
  return attempt(async () => {
    const file = await open(bodyPath(folder, id), "r");
    if ((await file.stat()).size >= sizeBytes) return file;
    await file.close();
    throw new Refused(trouble("damaged", `${bodyPath(folder, id)} is shorter than it was`));
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
