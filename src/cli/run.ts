// The command line from its words to its exit code. Whatever a verb prints or reads goes through the world it is given.
import { findHome } from "../base/home.ts";
import { parseCommandLine } from "./command-line.ts";
import { exitCodes } from "./exit-code.ts";
import { Output } from "./output.ts";
import type { Program } from "./program.ts";
import { showHelp } from "./verbs/help.ts";
import { verbs } from "./verbs.ts";
import type { World } from "./world.ts";

export async function runCommand(program: Program, words: readonly string[], world: World): Promise<number> {
  const line = parseCommandLine(verbs, words);
  const out = new Output(world.stdout, world.stderr, line.global);
  switch (line.is) {
    case "help":
      return showHelp({ out }, verbs, line.words);
    case "version":
      out.show({ version: program.version }, () => [`inetsrv ${program.version}`]);
      return exitCodes.done;
    case "misuse":
      return out.misused(line.sentence, line.hint);
    case "run": {
      const home = findHome(line.global.home, world.environment("INETSRV_HOME"), world.workingFolder);
      return line.verb.run({ program, world, home, out }, line.given);
    }
  }
}
