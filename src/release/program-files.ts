// Where the running program is: a clone with its sources, an installed release, or one executable with everything
// inside. Found at run time; nothing of it is ever written down.
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ProgramFiles } from "./identity.ts";
import { ownPlace } from "./place/own-place.ts";

/** The names under which the runtime shows the files inside an executable. */
const INSIDE = /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/;

/** `main` is the file that was started: one in src/ of a clone or a release, or a name inside the executable. */
export function findProgram(version: string, main: string): ProgramFiles {
  const compiled = INSIDE.test(main);
  // Replaced by its value when the executable is built; a clone has no build.
  const build = compiled ? (process.env.INETSRV_BUILD ?? "unknown") : "";
  const { execPath } = process;
  const root = compiled ? dirname(execPath) : realpathSync(dirname(dirname(main)));
  const release = ownPlace(root);
  const executable = compiled ? basename(execPath) : undefined;
  return { version: release?.version ?? version, build, root, executable, release };
}

/** The command line that starts this very program again, whatever becomes of the link that led here. */
export const ownCommand = ({ executable }: ProgramFiles, main: string): readonly string[] =>
  executable === undefined ? [process.execPath, ...process.execArgv, realpathSync(main)] : [process.execPath];

/** The articles by file name: from the folder of a clone, or from inside the executable. */
export function readArticles({ executable, root }: ProgramFiles, main: string): Readonly<Record<string, string>> {
  const folder = join(executable === undefined ? root : dirname(main), "knowledge");
  const names = readdirSync(folder).filter((it) => it.endsWith(".md"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
