// What the verbs of releases have in common: which install root is meant, which release, and whom its owner trusts.
import { resolve } from "node:path";
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { linkedVersion } from "../release/place/install-root.ts";
import { installRootOf, trustOf } from "../release/releases-of.ts";
import type { OwnerKeys } from "../release/trust/owner-keys.ts";
import type { Context } from "./context.ts";
import { value } from "./verb.ts";

export const VERSION_DOC = "A version as `release list` shows it; else the one of this program, or the current one.";

export const rootFlag = value(
  "DIR",
  "The install root: the folder that holds releases/; else that of this program, or the home.",
  {
    completes: "file",
  },
);

export const rootOf = ({ program, home, world }: Context, given: string | undefined): string =>
  given === undefined ? installRootOf(program.files, home) : resolve(world.workingFolder, given);

/** The one that is named, else the one whose program this is, else the current one. */
export function versionIn({ program }: Context, root: string, given: string | undefined): string | undefined {
  const { release } = program.files;
  return given ?? (release?.root === root ? release.version : linkedVersion(root, "current"));
}

export const trustIn = ({ program }: Context, root: string): Result<OwnerKeys, Fault> => trustOf(program.files, root);

/** The folder with the sources, where there is one. */
export function cloneOf({ program }: Context): Result<string, Fault> {
  const { release, executable, root } = program.files;
  if (release === undefined && executable === undefined) return good(root);
  const because = "this program is not run from a clone of the sources";
  return bad(
    fault(
      about("release", program.version),
      "Cannot build a release",
      because,
      "Run it from a clone: ./inetsrv release build",
    ),
  );
}
