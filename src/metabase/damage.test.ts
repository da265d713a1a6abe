// Bits flip, files end too early, blocks turn to zeros, files vanish: whatever happens to the files of one record, the
// other serves the whole tree; whatever happens to both, nothing wrong is served in silence.
import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Randomness, seeded } from "../base/clock.ts";
import { expectGood } from "../base/result.ts";
import { exportDocument } from "./document/export.ts";
import type { Metabase } from "./metabase.ts";
import { openMetabase } from "./open-metabase.ts";
import type { RevisionHead } from "./store/revision.ts";
import { crashOptions } from "./testing/crash-options.ts";
import { pick, randomEdits } from "./testing/random-edits.ts";
import { author, makeRig } from "./testing/rig.ts";
import type { View } from "./tree/view.ts";

const CASES = 240;
const samples = mkdtempSync(join(tmpdir(), "damage-"));
afterAll(() => rmSync(samples, { recursive: true }));

const shown = (view: View): string => JSON.stringify(exportDocument(view, "sealed"));

/** A metabase with some checkpoints behind it, as it lies there while it is open and after it was closed. */
async function makeSamples(): Promise<ReadonlyMap<number, string>> {
  await using rig = makeRig(crashOptions(""));
  const metabase = await rig.create();
  const random = seeded(7);
  const trees = new Map([[1, shown(metabase.view)]]);
  while (metabase.head.n < 30) {
    await metabase.change({ ...author, edits: randomEdits(random, metabase.view) });
    trees.set(metabase.head.n, shown(metabase.view));
  }
  cpSync(rig.folder, join(samples, "open"), { recursive: true });
  await metabase.close();
  cpSync(rig.folder, join(samples, "closed"), { recursive: true });
  return trees;
}

const damages: Readonly<Record<string, (random: Randomness, file: string, bytes: Buffer) => void>> = {
  flip(random, file, bytes) {
    for (let left = pick(random, [1, 1, 3, 50]); left > 0; left--) {
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    }
    writeFileSync(file, bytes);
  },
  truncate: (random, file, bytes) => writeFileSync(file, bytes.subarray(0, random() * bytes.length)),
  zero(random, file, bytes) {
    const at = Math.floor(random() * bytes.length);
    writeFileSync(file, bytes.fill(0, at, at + pick(random, [1, 100, 4096])));
  },
  garbage(random, file, bytes) {
    const at = Math.floor(random() * bytes.length);
    bytes.write("garbage ".repeat(pick(random, [1, 20, 600])), at);
    writeFileSync(file, bytes);
  },
  remove: (_, file) => rmSync(file),
};

function damage(random: Randomness, folder: string): readonly string[] {
  const record = pick(random, ["store", "copy", "copy", "store", "both"]);
  const files = [
    ...(record === "copy" ? [] : readdirSync(folder).filter((it) => it.startsWith("metabase.sqlite"))),
    ...(record === "store" ? [] : readdirSync(join(folder, "copy")).map((it) => join("copy", it))),
  ];
  const done: string[] = [];
  for (let left = record === "both" ? 4 : pick(random, [1, 1, 2]); left > 0; left--) {
    const [file, how] = [pick(random, files), pick(random, Object.keys(damages))];
    try {
      damages[how]?.(random, join(folder, file), readFileSync(join(folder, file)));
      done.push(`${how} ${file}`);
    } catch {} // it was removed before
  }
  return done;
}

/** A revision that only says that the history is lost holds the tree of the one before. */
const servedOf = ({ n, kind }: RevisionHead): number => (kind === "rebuild" ? n - 1 : n);
const treeOf = (head: RevisionHead, trees: ReadonlyMap<number, string>): string =>
  trees.get(servedOf(head)) ?? "a tree that never was";

async function historyIsTrue(metabase: Metabase, trees: ReadonlyMap<number, string>): Promise<void> {
  for (const row of expectGood(await metabase.history({ limit: 100 }))) {
    const past = await metabase.at(row.n, shown);
    if (past.ok) expect(past.value).toBe(treeOf(row, trees));
  }
}

async function oneCase(seed: number, trees: ReadonlyMap<number, string>): Promise<string> {
  const random = seeded(seed);
  await using rig = makeRig(crashOptions(""));
  cpSync(join(samples, pick(random, ["open", "closed"])), rig.folder, { recursive: true });
  const done = damage(random, rig.folder);
  const where = `seed ${seed}: ${done.join(", ")}`;
  const oneRecord = new Set(done.map((it) => it.includes("copy"))).size === 1;
  const head = Math.max(...trees.keys());

  const opened = await openMetabase(rig.options);
  if (!opened.ok) {
    expect([where, oneRecord, opened.error.remedy]).toEqual([where, false, expect.stringContaining("backup")]);
    return "refused";
  }
  await using metabase = closing(opened.value);
  const loud = rig.told().some((it) => [2010, 2011, 2012].includes(it));
  const lost = head - servedOf(metabase.head);
  expect([where, shown(metabase.view)]).toEqual([where, treeOf(metabase.head, trees)]);
  expect([where, lost === 0 || (loud && !oneRecord)]).toEqual([where, true]);
  if (seed % 4 === 0) await historyIsTrue(metabase, trees);
  return lost > 0 ? "lost" : loud ? "mended" : "unharmed";
}

const closing = (metabase: Metabase): Metabase & AsyncDisposable =>
  Object.assign(metabase, { [Symbol.asyncDispose]: () => metabase.close() });

test(`${CASES} damaged metabases serve the right tree or say loudly what is lost`, async () => {
  const trees = await makeSamples();
  const counts: Record<string, number> = {};
  for (let seed = 1; seed <= CASES; seed++) {
    const outcome = await oneCase(seed, trees);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  expect(counts.mended).toBeGreaterThan(CASES / 4); // or the damage does not bite
}, 60_000);
