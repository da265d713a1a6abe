// Which release this process belongs to: the version, and each file it runs from with its SHA-256. Two processes of
// one server compare these before they work together; mixtures are refused by name (the failure of Q291589).
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { about, type Fault, fault } from "../base/fault.ts";
import type { ReleaseIdentity } from "../ipc/messages.ts";
import { short } from "./check/verify.ts";
import { hashOf } from "./manifest/compose.ts";
import { RELEASE_FILE } from "./manifest/path.ts";
import type { OwnPlace } from "./place/own-place.ts";

/** Where the program's files are: a folder of sources, or one executable file with all of them inside. */
export interface ProgramFiles {
  readonly version: string;
  /** The folder that holds it. */
  readonly root: string;
  /** The name of the one file; undefined for a folder of sources. */
  readonly executable: string | undefined;
  /** Stamped into a compiled program by the build: a hash over its sources. */
  readonly build: string;
  /** The installed release that it is part of. */
  readonly release?: OwnPlace | undefined;
}

export function readIdentity(program: ProgramFiles): ReleaseIdentity {
  const { version, root, executable, build, release } = program;
  // That the files are those of the manifest is proved by itself: see check/mixture.ts.
  if (release !== undefined) return { version, files: { [RELEASE_FILE]: hashOfFile(join(root, RELEASE_FILE)) } };
  if (executable !== undefined) return { version, files: { [executable]: stampOf(join(root, executable), build) } };
  const files: Record<string, string> = {};
  for (const path of sourceFiles(join(root, "src")))
    files[relative(root, path).replaceAll(sep, "/")] = hashOfFile(path);
  files["package.json"] = hashOfFile(join(root, "package.json"));
  return { version, files };
}

/** The first thing that keeps this process from working under `expected`; undefined when they are one release. */
export function mismatch(expected: ReleaseIdentity, own: ReleaseIdentity, root: string): Fault | undefined {
  const mend = "Start the whole server again, so that all its processes are of one release: inetsrv down, inetsrv up";
  const refuse = (file: string, because: string) =>
    fault(about("file", join(root, file)), `Cannot start a worker from ${file}`, because, mend);
  if (expected.version !== own.version)
    return refuse("package.json", `version ${expected.version} is expected, version ${own.version} found`);
  for (const [file, hash] of Object.entries(expected.files)) {
    const found = own.files[file];
    if (found === undefined) return refuse(file, `the server started with it (${short(hash)}), now it is missing`);
    if (found !== hash) return refuse(file, `the server started with ${short(hash)}, found ${short(found)}`);
  }
  const more = Object.keys(own.files).find((file) => !Object.hasOwn(expected.files, file));
  return more === undefined ? undefined : refuse(more, "the server started without this file");
}

const hashOfFile = (path: string): string => hashOf(readFileSync(path));

/** An executable of 100 MB is not read at each start: who replaces it changes its size or its time. */
function stampOf(path: string, build: string): string {
  const { size, mtimeMs } = statSync(path);
  return `build ${build}, ${size} bytes of ${new Date(mtimeMs).toISOString()}`;
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.(ts|json|md|html)$/.test(entry.name) && !entry.name.endsWith(".test.ts")) yield path;
  }
}
