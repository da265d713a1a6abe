// Finds the lines of a large file that hold certain bytes, quickly and in little memory, a part at a time. Lines that do not
// hold them are never looked at. It knows access logs only so far that a line is read by the header before it.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { lastDirective } from "./read-log.ts";

export interface Scan {
  readonly path: string;
  /** Where an earlier part of the scan ended; 0 to begin. */
  readonly fromBytes: number;
  readonly needle: string;
  /** `header` is the last line above that begins with "#Fields: ", "" without one. */
  found(line: string, header: string): void;
  /** Asked after each block: false ends this part. */
  goOn(): boolean;
}

export interface Scanned {
  readonly atBytes: number;
  readonly done: boolean;
}

const NEWLINE = 0x0a;
/** Longer lines are none of ours: a part of one is passed over. */
const BLOCK_BYTES = 1024 * 1024;

/** Throws what the disk throws, and for a link; a file that is gone meanwhile is done. */
export async function scanLines(scan: Scan): Promise<Scanned> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(scan.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return { atBytes: scan.fromBytes, done: true };
  try {
    return await scanFile(file, scan);
  } finally {
    await file.close();
  }
}

async function scanFile(file: FileHandle, { fromBytes, needle, found, goOn }: Scan): Promise<Scanned> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let at = fromBytes;
  /** Undefined: above the part that was read; looked for when it is needed. */
  let header = at === 0 ? "" : undefined;
  for (;;) {
    const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, at);
    const end = block.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    if (end === 0 && bytesRead < BLOCK_BYTES) return { atBytes: at, done: true };
    const lines = block.subarray(0, end);
    /** Up to this start of a line, `header` is known. */
    let seen = 0;
    for (let hit = lines.indexOf(needle); hit >= 0; ) {
      const start = hit === 0 ? 0 : lines.lastIndexOf(NEWLINE, hit - 1) + 1;
      const stop = lines.indexOf(NEWLINE, hit);
      header = lastDirective(lines.subarray(seen, start)) ?? header ?? (await headerBefore(file, at));
      seen = start;
      found(lines.toString("utf8", start, stop), header);
      hit = lines.indexOf(needle, stop);
    }
    header = lastDirective(lines.subarray(seen)) ?? header;
    at += end === 0 ? bytesRead : end;
    if (!goOn()) return { atBytes: at, done: false };
  }
}

/** Backwards from a position at the start of a line. */
async function headerBefore(file: FileHandle, position: number): Promise<string> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let end = position; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const first = start === 0 ? 0 : block.subarray(0, bytesRead).indexOf(NEWLINE) + 1;
    const header = lastDirective(block.subarray(first, bytesRead));
    if (header !== undefined) return header;
    // Where no line begins in the block, it is a piece of one that is longer, and no header.
    end = first === 0 || first >= bytesRead ? start : start + first;
  }
  return "";
}
