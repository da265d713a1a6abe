// Everything that must hold before a change is handed in: types, lint and format, tests, each with its time.
// A step that fails does not spare the next; the closing line counts each step as one more test.
import { join } from "node:path";
import { root } from "./source.ts";
import { type Counts, closingLine, runTests } from "./test.ts";

const packageFile = (...names: readonly string[]) => join(root, "node_modules", ...names);

interface Step {
  readonly name: string;
  run(): Promise<Counts>;
}

const steps: readonly Step[] = [
  { name: "types", run: () => succeeds(packageFile("typescript", "bin", "tsc"), "-p", ".") },
  { name: "lint and format", run: () => succeeds(packageFile("@biomejs", "biome", "bin", "biome"), "check", ".") },
  { name: "tests", run: () => runTests(process.argv.slice(2)) },
];

async function succeeds(...command: readonly string[]): Promise<Counts> {
  const child = Bun.spawn([process.execPath, ...command], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const good = (await child.exited) === 0;
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
}

let total: Counts = { passed: 0, failed: 0, skipped: 0 };
const summary: string[] = [];
for (const { name, run } of steps) {
  console.log(`\n== ${name}`);
  const startedMs = performance.now();
  const { passed, failed, skipped } = await run();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  summary.push(`${failed === 0 ? "good  " : "FAILED"} ${name.padEnd(16)} ${seconds.padStart(6)} s`);
  total = { passed: total.passed + passed, failed: total.failed + failed, skipped: total.skipped + skipped };
}
console.log(["", ...summary, "", closingLine(total)].join("\n"));
process.exitCode = total.failed > 0 ? 1 : 0;
