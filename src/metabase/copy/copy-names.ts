// Where the copy of a metabase lies, and how its files are called. Pure.
import { join } from "node:path";

/** `folder` is that of the metabase. */
export const copyFolder = (folder: string): string => join(folder, "copy");

export const checkpointName = (n: number): string => `checkpoint-${n}.jsonl`;
/** The journal whose first revision comes after this one. */
export const journalName = (after: number): string => `journal-${after}.jsonl`;

/** The numbers in the names of such files, ascending. */
export function numbered(names: readonly string[], is: "checkpoint" | "journal"): readonly number[] {
  const name = new RegExp(`^${is}-(\\d{1,15})\\.jsonl$`);
  const numbers = names.map((it) => name.exec(it)?.[1]).filter((it) => it !== undefined);
  return numbers.map(Number).sort((left, right) => left - right);
}
