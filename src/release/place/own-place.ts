// The release that the running program is part of, found by where the program lies.
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { RELEASE_FILE } from "../manifest/path.ts";
import { readVersion } from "../version.ts";
import { isThere, RELEASES } from "./install-root.ts";
import { readRelease } from "./read-release.ts";

/** The release that a program lies in, when it lies in one. */
export interface OwnPlace {
  /** undefined of a package that was unpacked, and is run where it lies. */
  readonly root: string | undefined;
  /** The real folder, whatever links led to it. */
  readonly folder: string;
  readonly version: string;
}

/** `programFolder` is what holds the program, as the folder above src/; a clone is part of no release. */
export function ownPlace(programFolder: string): OwnPlace | undefined {
  const folder = realpathSync(programFolder);
  const name = basename(folder);
  // Its manifest may be lost: what lies there is of a release all the same.
  if (basename(dirname(folder)) === RELEASES && readVersion(name) !== undefined)
    return { root: dirname(dirname(folder)), folder, version: name };
  if (!isThere(join(folder, RELEASE_FILE))) return undefined;
  const found = readRelease(folder);
  return { root: undefined, folder, version: found.ok ? found.value.manifest.version : "unknown" };
}
