// A journal of the copy: a head line that says which revision it follows, then a line per revision or confirmation.
// Pure; a line that is not what was written ends the reading, and what is behind it is counted.
import type { Confirmation, Revision } from "../store/revision.ts";
import { COPY_FORMAT } from "./checkpoint.ts";
import { printLine, readLine } from "./line.ts";

export interface JournalHead {
  readonly instance: string;
  /** The number and the chain of the revision before its first line. */
  readonly after: number;
  readonly chain: string;
}

export type Entry =
  | { readonly is: "revision"; readonly revision: Revision }
  | { readonly is: "confirmation"; readonly confirmation: Confirmation };

export interface Journal extends JournalHead {
  readonly entries: readonly Entry[];
  /** Where the readable part ends. */
  readonly end: number;
  /** Lines that are not what was written; 1 at the very end may be one whose writing was cut short. */
  readonly unreadable: number;
}

export const printJournalHead = (head: JournalHead): string =>
  printLine({ is: "journal", format: COPY_FORMAT, ...head });

export const printEntry = (entry: Entry): string => printLine(entry);

/** undefined: not even its head is readable; "newer": a later program wrote it. */
export function readJournal(file: Buffer): Journal | "newer" | undefined {
  const entries: Entry[] = [];
  let head: JournalHead | undefined;
  let at = 0;
  while (at < file.length) {
    const lineEnd = file.indexOf("\n", at);
    const line = lineEnd < 0 ? undefined : readLine(file.toString("utf8", at, lineEnd));
    if (line === undefined) break;
    if (line.is === "journal" && Number(line.format) > COPY_FORMAT) return "newer";
    if (line.is === "journal") head = line as unknown as JournalHead;
    else entries.push(line as unknown as Entry);
    at = lineEnd + 1;
  }
  if (head === undefined) return undefined;
  const { instance, after, chain } = head;
  return { instance, after, chain, entries, end: at, unreadable: linesFrom(file, at) };
}

function linesFrom(file: Buffer, at: number): number {
  let lines = 0;
  for (let next = at; next < file.length; lines++) {
    const end = file.indexOf("\n", next);
    next = end < 0 ? file.length : end + 1;
  }
  return lines;
}
