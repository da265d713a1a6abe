// What a person is told of a database whose format this release does not know: what was found, what is known, and which
// release mends it. A release that is installed and reads it is named with its whole command.
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "../base/json.ts";
import { seen } from "../base/seen.ts";
import { shellWord } from "../base/shell-word.ts";
import { type FormatTable, rangeOf } from "./format-table.ts";
import { type Stamp, VERSION } from "./stamp.ts";

export interface UnknownFormat {
  readonly because: string;
  readonly remedy: string;
}

/** `folder` is the room of the home that holds the file. */
export function unknownFormat(table: FormatTable, file: string, folder: string, found: Stamp): UnknownFormat {
  const { writes, reads } = rangeOf(table);
  const by = found.writer === undefined ? "a newer inetsrv" : `inetsrv ${found.writer}`;
  const because = `${file} is of format ${found.format}, written by ${by}, and this release knows ${reads.join(", ")}`;
  const home = dirname(folder);
  if (found.format < Math.min(...reads))
    return { because, remedy: `Start it first with a release that still reads format ${found.format}` };
  const roots = [home, ...ownRoots()];
  const command = roots.flatMap((root) => commandThatReads(root, table.name, found.format) ?? [])[0];
  const typed = `${command ?? "inetsrv"} --home ${shellWord(home)} formats --write ${table.name}=${writes}`;
  const release = command === undefined ? `${by}, or a later one` : "that release";
  return { because, remedy: `Bring it back with \`${typed}\` of ${release}; or start that one` };
}

/** The folder that holds the releases, where this program runs out of one of them. */
function ownRoots(): readonly string[] {
  // A compiled program has no file of that name.
  const paths = [Bun.main, process.execPath].map((path) => seen(() => realpathSync(path), ""));
  return paths.flatMap((path) => /^(.+)\/releases\/[^/]+\/.+$/.exec(path)?.[1] ?? []);
}

const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;

/** It is only named to a person; whoever starts a release proves it first. */
function commandThatReads(root: string, name: string, format: number): string | undefined {
  const releases = join(root, "releases");
  for (const version of seen(() => readdirSync(releases), [])
    .toSorted()
    .reverse()) {
    const start = VERSION.test(version) ? startOf(join(releases, version), name, format) : undefined;
    if (start !== undefined) return start;
  }
  return undefined;
}

function startOf(folder: string, name: string, format: number): string | undefined {
  const manifest = manifestOf(join(folder, "release.json"));
  const formats = isObject(manifest) && isObject(manifest.formats) ? manifest.formats[name] : undefined;
  if (!isObject(manifest) || !isObject(formats)) return undefined;
  const reads = Array.isArray(formats.reads) && formats.reads.includes(format);
  const start: readonly unknown[] = Array.isArray(manifest.start) ? manifest.start : [];
  const words = start.map((it) => wordOf(folder, it));
  return reads && words.length > 0 && words.every((it) => it !== undefined) ? words.join(" ") : undefined;
}

/** As `start` of a manifest has them: files below its folder, and flags. */
function wordOf(folder: string, given: unknown): string | undefined {
  if (typeof given !== "string") return undefined;
  return INSIDE.test(given) ? shellWord(join(folder, given)) : FLAG.test(given) ? given : undefined;
}

const FLAG = /^--[A-Za-z0-9][A-Za-z0-9=./_-]*$/;
const INSIDE = /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._/-]*$/;

/** undefined of what is no release, or none that can say what it reads. */
const manifestOf = (path: string): unknown =>
  seen(
    () => (statSync(path).size > MANIFEST_BYTES_MAX ? undefined : JSON.parse(readFileSync(path, "utf8"))),
    undefined,
  );
