// The end of a log file as it is found: whether its last line is whole, and by which header its lines are read. Only reads.
import type { OpenedLog } from "./access-disk.ts";
import { lastDirective } from "./read-log.ts";

const NEWLINE = 0x0a;
/** While another worker writes, its line can be seen unfinished for a moment; one that stays so was left like that. */
const LOOKS_MAX = 5;

export interface LogEnding {
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
    if (now === bytes || look === LOOKS_MAX) {
      const directive = lastDirective(tail);
      return { unfinished, directive: directive === undefined ? "" : `${directive}\n` };
    }
    bytes = now;
  }
}
