// Where the running program is: a clone with its sources, or one executable with everything inside. Found at run time;
// nothing of it is ever written down.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ProgramFiles } from "./identity.ts";

/** The names under which the runtime shows the files inside an executable. */
const INSIDE = /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/;

/** `main` is the file that was started: src/main.ts of a clone, or a name inside the executable. */
export function findProgram(version: string, main: string): ProgramFiles {
  const compiled = INSIDE.test(main);
  // Replaced by its value when the executable is built; a clone has no build.
  const build = compiled ? (process.env.INETSRV_BUILD ?? "unknown") : "";
  return { version, compiled, build, root: compiled ? process.execPath : dirname(dirname(main)) };
}

/** The command line that starts this very program again. */
export const ownCommand = ({ compiled }: ProgramFiles, main: string): readonly string[] =>
  compiled ? [process.execPath] : [process.execPath, ...process.execArgv, main];

/** The articles by file name. */
export async function readArticles({ compiled, root }: ProgramFiles): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  if (compiled)
    for (const file of Bun.embeddedFiles as readonly (Blob & { readonly name: string })[]) {
      // The build puts a mark of the content between name and ending.
      const name = /([^/\\]+?)(-[0-9a-z]{8})?\.md$/.exec(file.name)?.[1];
      if (name !== undefined) texts[`${name}.md`] = await file.text();
    }
  else
    for (const name of readdirSync(join(root, "knowledge")))
      if (name.endsWith(".md")) texts[name] = readFileSync(join(root, "knowledge", name), "utf8");
  return texts;
}
