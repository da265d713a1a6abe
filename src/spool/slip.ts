// What stands behind each body that lies in a file: whose it is and all that is needed to take it up again when the books are
// lost. A file holds one body or several, each with its slip, so they are found from its end. A slip begins with "{", or with
// "-" once its message has left while others in the file have not.
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { isObject } from "../base/json.ts";
import type { NewMessage } from "./message.ts";

export interface Slip {
  readonly id: string;
  readonly receivedMs: number;
  readonly sizeBytes: number;
  readonly crc: number;
  readonly message: NewMessage;
}

/** Where the body of the slip begins in its file. */
export interface FoundSlip {
  readonly slip: Slip;
  readonly start: number;
  readonly hasLeft: boolean;
}

const END_BYTES = 32;

export function slipBytes(slip: Slip): Buffer {
  const text = Buffer.from(JSON.stringify(slip));
  return Buffer.concat([text, endOf(text)]);
}

/** Always as long: the length of the slip and its check, found from the end of what it belongs to. */
const endOf = (slip: Uint8Array): Buffer =>
  Buffer.from(`\nslip ${String(slip.length).padStart(10, "0")} ${crc32(slip).toString(16).padStart(8, "0")}      \n`);

/** In the order in which they lie; of a file that is not whole or not ours those behind what does not read, or none. Throws. */
export function slipsOf(path: string): readonly FoundSlip[] {
  return withFile(path, (file) => {
    const found: FoundSlip[] = [];
    for (let end = fstatSync(file).size; end > 0; ) {
      const one = slipBefore(file, end);
      if (one === undefined) break;
      found.unshift(one);
      end = one.start;
    }
    return found;
  });
}

const [BEGINS, LEFT] = [Buffer.from("{"), Buffer.from("-")];

/** Not synced: it counts only where the books are lost, and then what was sent twice is told as uncertain. Throws. */
export function markLeft(path: string, slipAt: number): void {
  withFile(path, (file) => writeSync(file, LEFT, 0, 1, slipAt), "r+");
}

/** Whether the body reads as its slip says; all of it is read. Throws. */
export function isWhole(path: string, { slip, start }: FoundSlip): boolean {
  return withFile(path, (file) => {
    let sum = 0;
    for (let at = 0; at < slip.sizeBytes; at += PIECE_BYTES)
      sum = crc32(piece(file, start + at, Math.min(PIECE_BYTES, slip.sizeBytes - at)), sum);
    return sum === slip.crc;
  });
}

const PIECE_BYTES = 256 * 1024;

/** So many from there on, or what there is of them. Throws. */
export const bytesIn = (path: string, from: number, length: number): Uint8Array =>
  withFile(path, (file) => piece(file, from, length));

function slipBefore(file: number, end: number): FoundSlip | undefined {
  const line = piece(file, end - END_BYTES, END_BYTES).toString("latin1");
  const [, length, crc] = /^\nslip (\d{10}) ([0-9a-f]{8}) +\n$/.exec(line) ?? [];
  const bodyEnd = end - END_BYTES - Number(length);
  if (length === undefined || bodyEnd < 0) return undefined;
  const text = piece(file, bodyEnd, Number(length));
  const hasLeft = text[0] === LEFT[0];
  if (hasLeft) BEGINS.copy(text);
  if (crc32(text) !== Number.parseInt(crc ?? "", 16)) return undefined;
  const value: unknown = JSON.parse(text.toString());
  if (!isObject(value)) return undefined;
  const slip = value as unknown as Slip; // as its check says, it is what was written
  const start = bodyEnd - slip.sizeBytes;
  return start >= 0 ? { slip, start, hasLeft } : undefined;
}

function piece(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, length));
  const got = from < 0 ? 0 : readSync(file, bytes, 0, bytes.length, from);
  return bytes.subarray(0, got);
}

function withFile<T>(path: string, run: (file: number) => T, how = "r"): T {
  const file = openSync(path, how);
  try {
    return run(file);
  } finally {
    closeSync(file);
  }
}
