// Runs the benches of this folder and prints what they measured with the machine it was measured on: `npm run bench`,
// `npm run bench -- metabase --json`. It holds no bar: a figure means something only beside another of the same run.
import { readFileSync, realpathSync } from "node:fs";
import { arch, cpus, platform, release, tmpdir, totalmem } from "node:os";
import { didYouMean } from "../src/base/nearest.ts";
import { type Row, table } from "./table.ts";

/** A bench is a row of `export const benches: readonly Bench[]` in a file `<subject>.bench.ts` beside this one. */
export interface Bench {
  readonly name: string;
  /** One sentence: what is measured, in which unit, and what a reader may compare it with. */
  readonly measures: string;
  run(): Promise<readonly Row[]>;
}

export interface Outcome {
  readonly name: string;
  readonly measures: string;
  readonly rows: readonly Row[];
  readonly failure?: string;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly bun: string;
  /** What the temporary folder lies on: a sync costs nothing on tmpfs. */
  readonly disk: string;
}

export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() || "unknown",
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()} ${arch()}`,
  bun: Bun.version,
  disk: fileSystemOf(realpathSync(tmpdir())),
});

function fileSystemOf(folder: string): string {
  if (platform() !== "linux") return "unknown";
  const mounts = readFileSync("/proc/self/mounts", "latin1").split("\n"); // system path
  const within = mounts
    .map((it) => it.split(" "))
    .filter(([, at = ""]) => folder === at || folder.startsWith(at.endsWith("/") ? at : `${at}/`))
    .sort(([, one = ""], [, other = ""]) => other.length - one.length);
  return within[0]?.[2] ?? "unknown";
}

async function loadBenches(): Promise<readonly Bench[]> {
  const files = await Array.fromAsync(new Bun.Glob("*.bench.ts").scan({ cwd: import.meta.dir }));
  const modules = files.sort().map(async (file): Promise<{ readonly benches: readonly Bench[] }> => {
    return import(`./${file}`);
  });
  return (await Promise.all(modules)).flatMap((it) => it.benches);
}

/** One after the other, since each wants the machine for itself; one that fails spares the next. */
async function* runBenches(benches: readonly Bench[]): AsyncGenerator<Outcome> {
  for (const { name, measures, run } of benches)
    yield await run().then(
      (rows) => ({ name, measures, rows }),
      (error: unknown) => ({ name, measures, rows: [], failure: Bun.inspect(error) }),
    );
}

async function main(args: readonly string[]): Promise<number> {
  const all = await loadBenches();
  const wanted = args.filter((it) => !it.startsWith("-"));
  const unknown = wanted.find((name) => !all.some((it) => it.name === name));
  if (unknown !== undefined) {
    const names = all.map((it) => it.name);
    console.error(`There is no bench "${unknown}"${didYouMean(unknown, names)}. There are: ${names.join(", ")}`);
    return 2;
  }
  const asJson = args.includes("--json");
  const say = asJson ? () => {} : console.log;
  const machine = thisMachine();
  const outcomes: Outcome[] = [];
  const { processor, cores, memoryGiB, system, bun, disk } = machine;
  say(`${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Bun ${bun}, temporary folder on ${disk}`);
  for await (const it of runBenches(all.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))) {
    outcomes.push(it);
    say(`\n${it.name}: ${it.measures}\n`);
    say(it.failure ?? table(it.rows, process.stdout.columns ?? 100));
  }
  if (asJson) console.log(JSON.stringify({ machine, benches: outcomes }, null, 2));
  return outcomes.some((it) => it.failure !== undefined) ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
