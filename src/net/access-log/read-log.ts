// Reads the lines of access logs back: what a line says by the names of its fields, and when. Strict about our own lines
// and patient with those of others; a line that fits no header is told as none.
import { fieldText } from "./escape.ts";

export interface ReadLine {
  readonly atMs: number;
  /** By W3C field name, also for NCSA. What was empty is not there. */
  readonly fields: Readonly<Record<string, string>>;
}

const DIRECTIVE = "#Fields: ";
const NEWLINE = 0x0a;

/** The names of the fields that follow such a line; undefined for any other line. */
export const readDirective = (line: string): readonly string[] | undefined =>
  line.startsWith(DIRECTIVE) ? line.slice(DIRECTIVE.length).trim().split(/ +/) : undefined;

/** The last such line in a part of a file that begins with a line; undefined where none is whole. */
export function lastDirective(part: Buffer): string | undefined {
  const behind = part.lastIndexOf(`\n${DIRECTIVE}`);
  const start = behind >= 0 ? behind + 1 : part.indexOf(DIRECTIVE) === 0 ? 0 : -1;
  const end = start < 0 ? -1 : part.indexOf(NEWLINE, start);
  return end < 0 ? undefined : part.toString("utf8", start, end);
}

/** One line of a W3C log below a header with these fields. */
export function readW3cLine(line: string, fields: readonly string[]): ReadLine | undefined {
  const words = line.split(" ");
  if (line.startsWith("#") || words.length !== fields.length) return undefined;
  const read: Record<string, string> = {};
  for (const [index, name] of fields.entries()) {
    const text = fieldText(words[index] ?? "-");
    if (text !== "") read[name] = text;
  }
  const atMs = Date.parse(`${read.date}T${read.time}Z`);
  return Number.isNaN(atMs) ? undefined : { atMs, fields: read };
}

const NCSA =
  /^(\S+) (\S+) (\S+) \[(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) \+0000\] "(\S+) (\S+)(?: ([^ "]+))?" (\d+|-) (\d+|-) "([^"]*)" "([^"]*)"$/;
const ncsaNames = ["c-ip", "x-trace", "cs-username"] as const;

/** One line of an NCSA combined log, as ours are: in UTC. */
export function readNcsaLine(line: string): ReadLine | undefined {
  const found = NCSA.exec(line);
  if (found === null) return undefined;
  const [, host = "", trace = "", user = "", day, month, year, time, method, target, version, ...rest] = found;
  const [status = "-", bytes = "-", referer = "-", agent = "-"] = rest;
  const said = {
    ...Object.fromEntries([host, trace, user].map((word, index) => [ncsaNames[index] ?? "", word])),
    "cs-method": method ?? "-",
    "cs-uri-stem": target ?? "-",
    "cs-version": version ?? "-",
    "sc-status": status,
    "sc-bytes": bytes,
    "cs(Referer)": referer,
    "cs(User-Agent)": agent,
  };
  const read = Object.entries(said).flatMap(([name, word]) => {
    const text = fieldText(word);
    return text === "" ? [] : [[name, text] as const];
  });
  const atMs = Date.parse(`${day} ${month} ${year} ${time} UTC`);
  return Number.isNaN(atMs) ? undefined : { atMs, fields: Object.fromEntries(read) };
}
