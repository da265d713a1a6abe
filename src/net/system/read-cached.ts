// Reads of a file what the system has in memory, and never waits for a disk: `preadv2` with RWF_NOWAIT. Where that is not to be
// had, as in older C libraries, it never reads anything, and whoever asked waits for the disk as usual.
import { FFIType, ptr } from "bun:ffi";
import { callsWhenAsked } from "./c-library.ts";

const calls = callsWhenAsked({
  preadv2: { args: ["i32", "buffer", "i32", FFIType.i64_fast, "i32"], returns: FFIType.i64_fast },
});

/** Of Linux, on x64 and arm64 alike. */
const RWF_NOWAIT = 8;

/** Where to read to, and how much, in words of four bytes: one for all reads, as each is over when it returns. */
const vector = new Uint32Array(4);
const WORD = 2 ** 32;

/** How many bytes came: fewer than asked for, or none, where the rest is not in memory. */
export function readCached(file: number, into: Buffer, length: number, position: number): number {
  const c = calls();
  if (c === undefined || length > into.length) return 0;
  const to = ptr(into);
  // Of a number the lower word is what is put in.
  vector[0] = to;
  vector[1] = to / WORD;
  vector[2] = length;
  vector[3] = length / WORD;
  return Math.max(0, Number(c.preadv2(file, vector, 1, position, RWF_NOWAIT)));
}
