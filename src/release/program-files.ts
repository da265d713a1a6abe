// Where the running program is: a clone with its sources, or one executable with everything inside. Found at run time;
// nothing of it is ever written down.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ProgramFiles } from "./identity.ts";

/** The names under which the runtime shows the files inside an executable. */
const INSIDE = /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/;

/** `main` is the file that was started: src/main.ts of a clone, or a name inside the executable. */
export function findProgram(version: string, main: string): ProgramFiles {
  const compiled = INSIDE.test(main);
  // Replaced by its value when the executable is built; a clone has no build.
  const build = compiled ? (process.env.INETSRV_BUILD ?? "unknown") : "";
  const { execPath } = process;
  return compiled
    ? { version, build, root: dirname(execPath), executable: basename(execPath) }
    : { version, build, root: dirname(dirname(main)), executable: undefined };
}

/** The command line that starts this very program again. */
export const ownCommand = ({ executable }: ProgramFiles, main: string): readonly string[] =>
  executable === undefined ? [process.execPath, ...process.execArgv, main] : [process.execPath];

/** The articles by file name: from the folder of a clone, or from inside the executable. */
export function readArticles({ executable, root }: ProgramFiles, main: string): Readonly<Record<string, string>> {
  const folder = join(executable === undefined ? root : dirname(main), "knowledge");
  const names = readdirSync(folder).filter((it) => it.endsWith(".md"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
