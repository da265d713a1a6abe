// Breaks installations in every way that the fault kit knows, prints what came of it, and writes docs/FAULTS.md. With names
// or parts of names as arguments only those rows are tried, and nothing is written; --at-once=N is for larger machines.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../tools/source.ts";
import { Gate } from "./gate.ts";
import { Installation } from "./installation.ts";
import { live } from "./live.ts";
import { faultsPage } from "./page.ts";
import { recordSeeds } from "./record-seeds.ts";
import { rows } from "./rows.ts";
import { type Outcome, screenLines, sums } from "./table.ts";

const AT_ONCE = 2;
const { values, positionals: wanted } = parseArgs({
  args: process.argv.slice(2),
  options: { "at-once": { type: "string", default: String(AT_ONCE) } },
  allowPositionals: true,
});
const chosen = rows.filter(
  ({ name, family }) => wanted.length === 0 || wanted.some((it) => it === family || name.includes(it)),
);

await using installation = await Installation.make();
const gate = new Gate(Number(values["at-once"]));
const outcomes: readonly Outcome[] = await Promise.all(
  chosen.map((row) =>
    gate.pass(async () => {
      const outcome = { row, verdicts: row.skip ?? (await live(row, installation)) };
      console.log(screenLines(outcome).join("\n"));
      return outcome;
    }),
  ),
);
console.log(`\n${sums(outcomes).join("\n")}`);
if (wanted.length === 0)
  writeFileSync(join(root, "docs", "FAULTS.md"), faultsPage(await recordSeeds(installation), outcomes));
