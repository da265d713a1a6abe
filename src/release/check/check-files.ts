// Whether the files of a release are what its manifest says, one by one, and whether there is anything else between them.
import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Files, ListedFile } from "../manifest/manifest.ts";
import { RELEASE_FILE, signatureOf } from "../manifest/path.ts";
import { hashFile } from "./hash-file.ts";

export type FileState = "right" | "changed" | "missing" | "mode" | "unlisted";

export interface FileFinding {
  readonly path: string;
  readonly is: FileState;
  /** undefined of what is not listed. */
  readonly expected: ListedFile | undefined;
  /** undefined of what is missing. */
  readonly found: { readonly sha256: string; readonly size: number; readonly mode: string } | undefined;
}

export interface CheckOptions {
  /** Modes too; at a start only what is executed counts. */
  readonly modes?: boolean;
  /** How many bytes are done. */
  readonly tell?: (bytes: number) => void;
}

/** Entries that nobody would have put there are enough to know that something is wrong. */
const UNLISTED_MAX = 1000;
const own: ReadonlySet<string> = new Set([RELEASE_FILE, signatureOf(RELEASE_FILE)]);

/** One for every listed file, in their order, then one for everything else. Errors of the system are thrown. */
export function checkFiles(folder: string, files: Files, options: CheckOptions = {}): readonly FileFinding[] {
  const listed = [...files].map(([path, expected]) => checkFile(folder, path, expected, options));
  return [...listed, ...unlistedIn(folder, files)];
}

function checkFile(folder: string, path: string, expected: ListedFile, options: CheckOptions): FileFinding {
  const { modes = true, tell } = options;
  const full = join(folder, path);
  const stat = statOf(full);
  if (stat === undefined) return { path, is: "missing", expected, found: undefined };
  const mode = (stat.mode & 0o7777).toString(8);
  const size = stat.size;
  const sha256 = stat.isFile() ? hashFile(full) : "no file";
  tell?.(size);
  const found = { sha256, size, mode };
  if (sha256 !== expected.sha256) return { path, is: "changed", expected, found };
  return { path, is: modes && mode !== expected.mode ? "mode" : "right", expected, found };
}

/** Where a folder above it is a file there is nothing either. */
function statOf(full: string): Stats | undefined {
  try {
    return lstatSync(full, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Links and empty folders count too: nothing may lie there that the manifest does not know. */
export function unlistedIn(folder: string, files: Files): readonly FileFinding[] {
  const folders = new Set<string>();
  for (const path of files.keys())
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) folders.add(path.slice(0, at));
  const found: FileFinding[] = [];
  const waiting = [""];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      const isFolder = entry.isDirectory();
      if (isFolder && folders.has(path)) waiting.push(path);
      else if (found.length < UNLISTED_MAX && (isFolder || !files.has(path)) && !own.has(path))
        found.push({ path, is: "unlisted", expected: undefined, found: undefined });
    }
  }
  return found.sort((left, right) => Number(left.path > right.path) - Number(left.path < right.path));
}
