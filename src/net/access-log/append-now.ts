// Puts a few lines behind a file in one go: opened, looked at, written and closed by the system's own calls, which cost less than
// the wrapping of each. It waits for the disk: who calls it knows that this one is quick.
import { constants } from "node:fs";
import { type Calls, callsWhenAsked, O_CLOEXEC } from "../system/c-library.ts";
import { cPath, lookAtOpen } from "../system/file-look.ts";
import { type AppendedNow, BATCH_BYTES, type FileExtent, isSameFile, type MayFollow } from "./access-disk.ts";

const functions = {
  open: { args: ["buffer", "i32"], returns: "i32" },
  pread: { args: ["i32", "buffer", "u64", "i64"], returns: "i64" },
  write: { args: ["i32", "buffer", "u64"], returns: "i64" },
  close: { args: ["i32"], returns: "i32" },
} as const;

const FLAGS = constants.O_RDWR | constants.O_APPEND | O_CLOEXEC;
/** What others have written since is read at once up to here. */
const SINCE_BYTES_MAX = BATCH_BYTES * 2;

const calls = callsWhenAsked(functions);
/** The room for it, once somebody has. */
let since: Buffer | undefined;

/** Undefined, and nothing is written, where it is not that file, or is shorter, or lines may not follow what others have written. */
export function appendNow(
  path: string,
  left: FileExtent,
  lines: Uint8Array,
  mayFollow: MayFollow,
): AppendedNow | undefined {
  const c = calls();
  const text = cPath(path);
  if (c === undefined || text === undefined) return undefined;
  const file = c.open(text, FLAGS);
  if (file < 0) return undefined;
  try {
    const at = endOf(c, file, left, mayFollow);
    if (at === undefined) return undefined;
    const written = Number(c.write(file, lines, lines.length));
    return written > 0 ? { at, written } : undefined;
  } finally {
    c.close(file);
  }
}

function endOf(c: Calls<typeof functions>, file: number, left: FileExtent, mayFollow: MayFollow): number | undefined {
  const look = lookAtOpen(file);
  if (look === undefined || !isSameFile(look, left)) return undefined;
  const { size } = look;
  const count = size - left.bytes;
  if (count === 0) return size;
  if (count < 0 || count > SINCE_BYTES_MAX) return undefined;
  since ??= Buffer.allocUnsafeSlow(SINCE_BYTES_MAX);
  const isRead = Number(c.pread(file, since, count, left.bytes)) === count;
  return isRead && mayFollow(since.subarray(0, count)) ? size : undefined;
}
