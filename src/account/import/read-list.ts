// Reads a list of users in any of the formats that are known, and finds out which it is. Pure.
import { readHtpasswd, readShadow } from "./colon-lists.ts";
import { readCsv } from "./csv-list.ts";
import type { Format, Imported, ImportList, Skipped } from "./imported.ts";

const readers: Readonly<Record<Format, (text: string) => ImportList>> = {
  htpasswd: readHtpasswd,
  shadow: readShadow,
  csv: readCsv,
};

/** A name that stands twice is taken once, as it first stood. */
export function readList(text: string, format: Format): ImportList {
  const { users, skipped } = readers[format](text);
  const taken = new Map<string, Imported>();
  const twice: Skipped[] = [];
  for (const it of users) {
    const first = taken.get(it.name);
    if (first === undefined) taken.set(it.name, it);
    else twice.push({ line: it.line, because: `its name stands in line ${first.line} already` });
  }
  return { users: [...taken.values()], skipped: [...skipped, ...twice].sort((left, right) => left.line - right.line) };
}

/** By the first line that says anything. */
export function guessFormat(text: string): Format {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  const colons = first.split(":").length - 1;
  if (colons >= 7) return "shadow";
  return first.includes(":") ? "htpasswd" : "csv";
}
