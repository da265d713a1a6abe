// The end of a log file as it is found: whether its last line is whole, and by which header its lines are read. Only reads.
import type { OpenedLog } from "./access-disk.ts";

const NEWLINE = 0x0a;
const MARK = "#Fields: ";
/** While another worker writes, its line can be seen unfinished for a moment; one that stays so was left like that. */
const LOOKS_MAX = 5;

export interface LogEnding {
  readonly bytes: number;
  readonly unfinished: boolean;
  /** The last directive about fields within the part that was read, with its end of line; "" without one. */
  readonly directive: string;
}

export async function endingOf(file: OpenedLog, withinBytes: number): Promise<LogEnding> {
  let { bytes } = await file.state();
  for (let look = 1; ; look++) {
    const count = Math.min(bytes, withinBytes);
    const tail = await file.read(bytes - count, count);
    const unfinished = tail.length > 0 && tail.at(-1) !== NEWLINE;
    const now = unfinished ? (await file.state()).bytes : bytes;
    if (now === bytes || look === LOOKS_MAX) return { bytes, unfinished, directive: lastDirective(tail) };
    bytes = now;
  }
}

function lastDirective(tail: Buffer): string {
  const behind = tail.lastIndexOf(`\n${MARK}`);
  const start = behind >= 0 ? behind + 1 : tail.indexOf(MARK) === 0 ? 0 : -1;
  const end = start < 0 ? -1 : tail.indexOf(NEWLINE, start);
  return end < 0 ? "" : tail.toString("utf8", start, end + 1);
}
