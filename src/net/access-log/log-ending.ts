// The end of a log file as it is found: whether its last line is whole, and by which header its lines are read. Only reads.
import type { OpenedLog } from "./access-disk.ts";
import { lastDirective } from "./read-log.ts";

const NEWLINE = 0x0a;
/** While another worker writes, its line can be seen unfinished for a moment; one that stays so was left like that. */
const LOOKS_MAX = 5;
/** So far back a header is looked for; a reader who begins later finds it too. */
const HEADER_WITHIN_BYTES = 256 * 1024;

export interface LogEnding {
  /** It was read from there on. */
  readonly from: number;
  readonly unfinished: boolean;
  /** The last directive about fields in what was read, with its end of line; "" without one. */
  readonly directive: string;
}

/** Of what stands behind `from`, or of the last part of that where it is long. */
export async function endingOf(file: OpenedLog, from: number): Promise<LogEnding> {
  let { bytes } = await file.state();
  for (let look = 1; ; look++) {
    const start = Math.max(from, bytes - HEADER_WITHIN_BYTES);
    const tail = await file.read(start, Math.max(0, bytes - start));
    const unfinished = tail.length > 0 && !isWhole(tail);
    const now = unfinished ? (await file.state()).bytes : bytes;
    if (now === bytes || look === LOOKS_MAX) return { from: start, unfinished, directive: directiveIn(tail) };
    bytes = now;
  }
}

/** Whether lines that are read by this directive may go on behind what others have written since one stood there. */
export function mayFollow(since: Buffer, directive: string): boolean {
  const last = directiveIn(since);
  return isWhole(since) && (last === "" || last === directive);
}

const isWhole = (part: Buffer): boolean => part.at(-1) === NEWLINE;

function directiveIn(part: Buffer): string {
  const found = lastDirective(part);
  return found === undefined ? "" : `${found}\n`;
}
