// Reads of a file what the system has in memory, and never waits for a disk: `preadv2` with RWF_NOWAIT, for which the runtime has no
// API. Where that is not to be had, it never reads anything, and whoever asked waits for the disk as usual.
import { dlopen, ptr } from "bun:ffi";

const functions = {
  preadv2: { args: ["i32", "ptr", "i32", "i64", "i32"], returns: "i64" },
} as const;
const open = (name: string) => dlopen(name, functions).symbols;

/** Of Linux, on x64 and arm64 alike. */
const RWF_NOWAIT = 8;

let symbols: ReturnType<typeof open> | undefined | null = null;
/** Where to read to, and how much: one for all reads, as each is over when it returns. */
const vector = new BigUint64Array(2);

/** How many bytes came: fewer than asked for, or none, where the rest is not in memory. */
export function readCached(file: number, into: Buffer, length: number, position: number): number {
  if (symbols === null) symbols = library();
  if (symbols === undefined || length > into.length) return 0;
  vector[0] = BigInt(ptr(into));
  vector[1] = BigInt(length);
  return Math.max(0, Number(symbols.preadv2(file, ptr(vector), 1, position, RWF_NOWAIT)));
}

function library(): ReturnType<typeof open> | undefined {
  if (process.platform !== "linux" || (process.arch !== "x64" && process.arch !== "arm64")) return undefined;
  const machine = process.arch === "x64" ? "x86_64" : "aarch64";
  for (const name of ["libc.so.6", `libc.musl-${machine}.so.1`, `ld-musl-${machine}.so.1`])
    try {
      return open(name);
    } catch {}
  return undefined;
}
