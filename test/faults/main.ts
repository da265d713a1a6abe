// Breaks installations in every way that the fault kit knows, prints what came of it, and writes docs/FAULTS.md. With classes
// or parts of names as arguments only those rows are tried, with `seeds` the three founding failures are recorded; the rest
// of the page stays. `--at-once=N` is for larger machines.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../tools/source.ts";
import { Gate } from "./gate.ts";
import { Installation } from "./installation.ts";
import { live } from "./live.ts";
import { faultsPage, joined, seedsIn, seedsText } from "./page.ts";
import { recordSeeds } from "./record-seeds.ts";
import type { FaultRow } from "./row.ts";
import { rows } from "./rows.ts";
import { type Outcome, resultsOf, screenHead, screenLines, sums } from "./table.ts";

const AT_ONCE = "2";
const { values, positionals: wanted } = parseArgs({
  args: process.argv.slice(2),
  options: { "at-once": { type: "string", default: AT_ONCE } },
  allowPositionals: true,
});
const path = join(root, "docs", "FAULTS.md");
const isWanted = ({ name, family }: FaultRow): boolean =>
  wanted.length === 0 || wanted.some((it) => it === family || name.includes(it));

const installation = await Installation.make();
const gate = new Gate(Number(values["at-once"]));
console.log(screenHead);
const tried = await Promise.all(rows.filter(isWanted).map((row) => gate.pass(() => attempt(row))));
console.log(`\n${sums(tried).join("\n")}`);
const before = existsSync(path) ? readFileSync(path, "utf8") : "";
const isRecorded = wanted.length === 0 || wanted.includes("seeds");
const seeds = isRecorded ? seedsText(await recordSeeds(installation)) : seedsIn(before);
writeFileSync(path, faultsPage(seeds, joined(rows, tried, before)));
await installation[Symbol.asyncDispose]();
process.exit(tried.some(({ results }) => results.includes("NO")) ? 1 : 0);

async function attempt(row: FaultRow): Promise<Outcome> {
  const verdicts = row.skip === undefined ? await live(row, installation) : "skipped";
  console.log(screenLines(row, verdicts).join("\n"));
  return { row, results: resultsOf(verdicts) };
}
