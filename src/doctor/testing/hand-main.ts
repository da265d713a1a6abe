// The process that tries things, started without the rest of the program, as tests start it often.
import { runHand } from "../hand/run-hand.ts";

process.exit(await runHand(process.argv.at(-1) ?? ""));
