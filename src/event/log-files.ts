// The names of the event log's files and their turning over: events.jsonl, then events.1.jsonl (younger) to
// events.8.jsonl (older). Opens and reads nothing.
import { join } from "node:path";

export const currentLogName = "events.jsonl";
export const currentLogPath = (folder: string): string => join(folder, currentLogName);

export const logName = (age: number): string => (age === 0 ? currentLogName : `events.${age}.jsonl`);

/** 0 for the file being written, then older and older; undefined for a file that is none of the log's. */
export function logAge(name: string): number | undefined {
  if (name === currentLogName) return 0;
  const digits = /^events\.([1-9]\d{0,3})\.jsonl$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The log's files of a folder, youngest first. */
export const logNames = (names: readonly string[]): readonly string[] =>
  names
    .map((name) => ({ name, age: logAge(name) ?? -1 }))
    .filter(({ age }) => age >= 0)
    .sort((left, right) => left.age - right.age)
    .map(({ name }) => name);

export type Turn =
  | { readonly do: "remove"; readonly name: string }
  | { readonly do: "rename"; readonly name: string; readonly to: string };

/**
 * What makes way for a new current file. A file is only ever renamed to a name that is free, so that a crash between
 * two steps loses nothing: it leaves a gap, and the next turn fills the first gap. `kept` is at least 1.
 */
export function turns(names: readonly string[], kept: number): readonly Turn[] {
  const ages = new Set(names.map(logAge));
  const steps: Turn[] = names.filter((name) => (logAge(name) ?? 0) > kept).map((name) => ({ do: "remove", name }));
  let gap = 1;
  while (gap <= kept && ages.has(gap)) gap++;
  if (gap > kept) {
    gap = kept;
    steps.push({ do: "remove", name: logName(kept) });
  }
  for (let age = gap; age >= 1; age--) steps.push({ do: "rename", name: logName(age - 1), to: logName(age) });
  return steps;
}
