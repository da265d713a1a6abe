// Reads of a file what the system has in memory, and never waits for a disk: `preadv2` with RWF_NOWAIT. Where that is not to be
// had, as in older C libraries, it never reads anything, and whoever asked waits for the disk as usual.
import { ptr } from "bun:ffi";
import { callsWhenAsked } from "./c-library.ts";

const calls = callsWhenAsked({
  preadv2: { args: ["i32", "ptr", "i32", "i64", "i32"], returns: "i64" },
});

/** Of Linux, on x64 and arm64 alike. */
const RWF_NOWAIT = 8;

/** Where to read to, and how much: one for all reads, as each is over when it returns. */
const vector = new BigUint64Array(2);

/** How many bytes came: fewer than asked for, or none, where the rest is not in memory. */
export function readCached(file: number, into: Buffer, length: number, position: number): number {
  const c = calls();
  if (c === undefined || length > into.length) return 0;
  vector[0] = BigInt(ptr(into));
  vector[1] = BigInt(length);
  return Math.max(0, Number(c.preadv2(file, ptr(vector), 1, position, RWF_NOWAIT)));
}
