// The file that starts. The one that knows every room, through program.ts; nothing is decided here.
import { runInProcess } from "./cli/process-world.ts";
import { makeProgram } from "./program.ts";

process.exit(await runInProcess(makeProgram(Bun.main), process.argv.slice(2)));
