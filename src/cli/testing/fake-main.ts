// A process that is the command line with a fake server behind it, for tests that need a real terminal or pipe. What
// it asked the server goes to the file that is named by the first word.
import { writeFileSync } from "node:fs";
import { runInProcess } from "../process-world.ts";
import { fakeProgram } from "./fake-program.ts";

const [file = "", ...words] = process.argv.slice(2);
const nodes = Array.from({ length: 20_000 }, (_, at) => ({ path: `smtp/sites/s${at}`, before: null, after: {} }));
const program = fakeProgram({
  answers: {
    "config.change": { revision: 13, changed: [], rehearsal: false, confirmUntilMs: null },
    "config.difference": nodes,
    "config.show": { path: "smtp", section: "smtp", revision: 12, values: [], below: {} },
    "config.export": { smtp: { idleTimeout: "5m", sites: { default: { relay: "none" } } } },
    "config.apply": { revision: 13, changed: [], rehearsal: false, confirmUntilMs: null },
    "keys.export": { text: "sealed\n" },
  },
});
const code = await runInProcess(program, words);
writeFileSync(file, JSON.stringify(program.calls));
process.exit(code);
