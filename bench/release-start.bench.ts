// What it costs at each start that every process proves the files of its release: for the first time, and when nothing was
// written since.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../src/base/result.ts";
import { buildRelease } from "../src/release/build/build-release.ts";
import { thisMachine } from "../src/release/check/machine.ts";
import { install } from "../src/release/install/install.ts";
import { dataFormats } from "../src/service/data-formats.ts";
import { root as clone } from "../tools/source.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const ROUNDS = 10;
/** What was written within two seconds is not remembered. */
const SETTLED_MS = 2500;

export const benches: readonly Bench[] = [
  {
    name: "release-start",
    measures:
      "A process proves the whole release that it is part of, runtime included: `first` reads every file, `warm` finds that " +
      "nothing was written since and reads none; both with fresh code, as at a real start. The bar for warm is 50 ms.",
    run: async () => [await measure()],
  },
];

async function measure(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "bench-release-"));
  try {
    const built = await buildRelease({
      clone,
      form: "sources",
      runtime: process.execPath,
      platform: thisMachine.platform,
      formats: dataFormats,
      key: undefined,
      to: join(folder, "out"),
      ending: ".tar",
      madeMs: 0,
    });
    const { folder: from, files, bytes } = expectGood(built);
    const trust = { keys: [], unsigned: new Set<string>() };
    const installed = expectGood(await install(from, { root: join(folder, "root"), trust, allowUnsigned: true }));
    await Bun.sleep(SETTLED_MS);
    const cache = join(folder, "cache");
    mkdirSync(cache);
    const first = await check(installed.folder);
    await check(installed.folder, cache); // remembers
    const warm: Took[] = [];
    for (let round = 0; round < ROUNDS; round++) warm.push(await check(installed.folder, cache));
    return {
      files,
      "size MB": bytes / 1e6,
      "first ms": first.ms,
      "first CPU ms": first.cpuMs,
      "warm ms": median(warm.map((it) => it.ms)),
      "warm CPU ms": median(warm.map((it) => it.cpuMs)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

const median = (figures: readonly number[]): number =>
  figures.toSorted((left, right) => left - right)[Math.floor(figures.length / 2)] ?? 0;

async function check(folder: string, ...cache: readonly string[]): Promise<Took> {
  const command = [process.execPath, join(import.meta.dir, "release-check.ts"), folder, ...cache];
  const child = Bun.spawn(command, { stdio: ["ignore", "pipe", "inherit"] });
  const [ms = 0, cpuMs = 0] = (await child.stdout.text()).split(" ").map(Number);
  return { ms, cpuMs };
}
