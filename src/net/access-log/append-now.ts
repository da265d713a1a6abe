// Puts a few lines behind a file in one go: opened, looked at, written and closed by the system's own calls, which cost less than
// the wrapping of each. It waits for the disk: who calls it knows that this one is quick.
import { constants } from "node:fs";
import { type Calls, callsWhenAsked, O_CLOEXEC } from "../system/c-library.ts";
import { cPath, lookAtOpen } from "../system/file-look.ts";
import { type AppendedNow, type FileExtent, isSameFile } from "./access-disk.ts";

const functions = {
  open: { args: ["buffer", "i32"], returns: "i32" },
  pread: { args: ["i32", "buffer", "u64", "i64"], returns: "i64" },
  write: { args: ["i32", "buffer", "u64"], returns: "i64" },
  close: { args: ["i32"], returns: "i32" },
} as const;

const FLAGS = constants.O_RDWR | constants.O_APPEND | O_CLOEXEC;
const NEWLINE = 0x0a;

const calls = callsWhenAsked(functions);
const last = new Uint8Array(1);

/** Undefined, and nothing is written, where it is not that file, or is shorter, or others have left it in the middle of a line. */
export function appendNow(path: string, left: FileExtent, lines: Uint8Array): AppendedNow | undefined {
  const c = calls();
  const text = cPath(path);
  if (c === undefined || text === undefined) return undefined;
  const file = c.open(text, FLAGS);
  if (file < 0) return undefined;
  try {
    const at = endOf(c, file, left);
    if (at === undefined) return undefined;
    const written = Number(c.write(file, lines, lines.length));
    return written > 0 ? { at, written } : undefined;
  } finally {
    c.close(file);
  }
}

function endOf(c: Calls<typeof functions>, file: number, left: FileExtent): number | undefined {
  const look = lookAtOpen(file);
  if (look === undefined || !isSameFile(look, left)) return undefined;
  const { size } = look;
  if (size === left.bytes) return size;
  // Others have written too.
  const isWhole = size > left.bytes && Number(c.pread(file, last, 1, size - 1)) === 1 && last[0] === NEWLINE;
  return isWhole ? size : undefined;
}
