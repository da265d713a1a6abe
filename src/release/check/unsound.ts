// What keeps a program from running, as it is not whole: an installed release with a file of another one, or a clone without a
// library. Whoever starts, refuses or tells asks here.
import { join } from "node:path";
import { about, type Fault, fault } from "../../base/fault.ts";
import { seen } from "../../base/seen.ts";
import { shellWord } from "../../base/shell-word.ts";
import { releaseEvents } from "../events.ts";
import type { ProgramFiles } from "../identity.ts";
import { readBounded } from "../read-bounded.ts";
import { findMixture } from "./mixture.ts";

export interface Unsound {
  readonly fault: Fault;
  readonly event: (typeof releaseEvents)[keyof typeof releaseEvents];
}

/** `cache` is where it is remembered that all files of a release were right; without one each is read. */
export function findUnsound(
  { release, executable, root }: ProgramFiles,
  cache: string | undefined,
): Unsound | undefined {
  if (release !== undefined) return unsound(findMixture(release, cache), releaseEvents.mixture);
  return executable === undefined ? unsound(missingLibrary(root), releaseEvents.incomplete) : undefined;
}

const unsound = (fault: Fault | undefined, event: Unsound["event"]): Unsound | undefined => fault && { fault, event };

/** The first that a clone needs and does not have. */
function missingLibrary(root: string): Fault | undefined {
  const name = librariesOf(root).find((it) => seen(() => Bun.resolveSync(it, root), undefined) === undefined);
  if (name === undefined) return undefined;
  return fault(
    about("file", join(root, "node_modules", name)),
    `Cannot run inetsrv from ${root}`,
    `the library ${name} is missing`,
    `Install what it needs: cd ${shellWord(root)} && npm install`,
  );
}

const PACKAGE_BYTES_MAX = 1024 * 1024;

function librariesOf(root: string): readonly string[] {
  const read = () => JSON.parse(readBounded(join(root, "package.json"), PACKAGE_BYTES_MAX)?.toString("utf8") ?? "{}");
  const { dependencies } = seen<{ dependencies?: object }>(read, {});
  return Object.keys(dependencies ?? {});
}
