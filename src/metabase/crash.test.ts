// kill -9 at any step of a change, on real files: never half a revision, never an acknowledged one lost. Each seed is
// one life of a process; one metabase goes through many.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { seeded } from "../base/clock.ts";
import { expectGood } from "../base/result.ts";
import type { Metabase } from "./metabase.ts";
import { crashOptions } from "./testing/crash-options.ts";
import { makeRig, type Rig } from "./testing/rig.ts";
import { Draft } from "./tree/draft.ts";
import { inverse } from "./tree/node.ts";

const LIVES = 504;
const LANES = 4;
const CHILD = join(import.meta.dir, "testing", "crash-child.ts");

/** Runs a child until it is dead; the answer is what it acknowledged. */
async function live(folder: string, seed: number): Promise<readonly string[]> {
  const random = seeded(seed);
  const atStep = random() < 0.6 ? 1 + Math.floor(random() * 60) : 0;
  const child = Bun.spawn([process.execPath, CHILD, folder, String(seed), String(atStep)], {
    stdout: "pipe",
    stderr: "pipe",
  });
  let said = "";
  const wanted = 1 + Math.floor(random() * 12);
  const decoder = new TextDecoder();
  for await (const part of child.stdout) {
    said += decoder.decode(part, { stream: true });
    if (atStep === 0 && said.split("\n").length > wanted) child.kill("SIGKILL");
  }
  await child.exited;
  if (child.signalCode !== "SIGKILL") throw new Error(`seed ${seed}: ${await new Response(child.stderr).text()}`);
  return said.split("\n").filter((it) => it !== "");
}

/** What the history says the tree must be, worked out the slow way, and back again. */
async function provenByHistory(metabase: Metabase): Promise<void> {
  const rows = expectGood(await metabase.history({ limit: 1000 }));
  const oldest = rows.at(-1)?.n ?? 1;
  const undone = new Draft(metabase.view);
  for (const { n } of rows.slice(0, -1))
    for (const { path, after } of inverse(expectGood(await metabase.revision(n)).changes)) undone.put(path, after);
  const forth = expectGood(await metabase.difference(oldest, metabase.head.n));
  expect(
    undone
      .differences()
      .map((it) => it.path)
      .sort(),
  ).toEqual(forth.map((it) => it.path).sort());
}

async function lane(rig: Rig, seeds: readonly number[]): Promise<number> {
  let acknowledged = 0;
  let metabase = await rig.create();
  for (const seed of seeds) {
    await metabase.close();
    const lines = await live(rig.folder, seed);
    rig.told();
    metabase = await rig.open();
    const where = `seed ${seed}`;
    expect([where, rig.told()]).toEqual([where, []]); // a killed process leaves nothing that needs mending aloud
    for (const line of lines) {
      const [first = "", second = ""] = line.split(" ");
      if (first === "open") continue;
      acknowledged++;
      const n = Number(first === "confirmed" ? second : first);
      if (n <= metabase.head.n - 40) continue;
      const rows = expectGood(await metabase.history({ before: n + 1, limit: 1 }));
      expect([where, n, rows[0]?.n]).toEqual([where, n, n]);
      if (first === "confirmed") expect([where, rows[0]?.confirmed?.n]).toEqual([where, n]);
      else expect([where, rows[0]?.chain]).toEqual([where, second]);
    }
    await provenByHistory(metabase);
  }
  return acknowledged;
}

test(`${LIVES} lives ended by kill -9 lose nothing that was acknowledged`, async () => {
  const counts = Array.from({ length: LANES }, async (_, index) => {
    await using rig = makeRig(crashOptions("unused"));
    const seeds = Array.from({ length: LIVES / LANES }, (_, life) => index * 1000 + life + 1);
    return await lane(rig, seeds);
  });
  const acknowledged = (await Promise.all(counts)).reduce((sum, it) => sum + it, 0);
  expect(acknowledged).toBeGreaterThan(LIVES);
}, 300_000);
