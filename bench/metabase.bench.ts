// The metabase at the size it is made for: how long a start takes, whether one change costs the same in a large tree as
// in a small one, what a node takes in memory, and how fast the past is read.

import { heapStats } from "bun:jsc";
import { Database } from "bun:sqlite";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/base/clock.ts";
import { expectGood, good } from "../src/base/result.ts";
import { reporter } from "../src/event/event.ts";
import type { Edit } from "../src/metabase/change/edit.ts";
import { createMetabase } from "../src/metabase/create-metabase.ts";
import type { Metabase } from "../src/metabase/metabase.ts";
import { type MetabaseOptions, openMetabase } from "../src/metabase/open-metabase.ts";
import { testModel } from "../src/metabase/testing/model.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const NODES_PER_SITE = 10;
const CHANGES = 1000;
const author = { who: "bench", why: "" };

export const benches: readonly Bench[] = [
  {
    name: "metabase",
    measures:
      "A tree of sites with nine folders each: one change of one setting, durable twice, must not cost more in a large " +
      "tree; a start reads and proves every node. `bare writes` is a commit of SQLite and a synced line in a file, alone.",
    run: async () => {
      const rows: Row[] = [];
      for (const sites of [100, 1000, 10_000]) rows.push(await measure(sites));
      return rows;
    },
  },
];

async function measure(sites: number): Promise<Row> {
  const home = mkdtempSync(join(tmpdir(), "bench-metabase-"));
  const options = optionsFor(join(home, "metabase"));
  try {
    let metabase = expectGood(await createMetabase(options, author.who));
    const [filled] = await timed(async () =>
      expectGood(await metabase.change({ ...author, edits: [...treeOf(sites)] })),
    );
    await metabase.close(); // with it the checkpoint that the large change began
    const bytes = heapInChild(options.folder);
    const [cold, opened] = await timed(async () => expectGood(await openMetabase(options)));
    metabase = opened;
    await change(metabase, sites, 0, 200); // until the code is warm
    const [changed] = await timed(() => change(metabase, sites, 200, CHANGES));
    const [listed] = await timed(async () => expectGood(await metabase.history({ limit: CHANGES })));
    const [went] = await timed(async () => expectGood(await metabase.at(metabase.head.n - CHANGES, () => 0)));
    await metabase.close();
    return {
      sites,
      nodes: sites * NODES_PER_SITE,
      "fill ms": filled,
      "start ms": cold,
      "one change ms": changed / CHANGES,
      "bare writes ms": bareWrites(home),
      "heap per node bytes": bytes / (sites * NODES_PER_SITE),
      "list 1000 revisions ms": listed,
      "go back 1000 ms": went,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const optionsFor = (folder: string): MetabaseOptions => ({
  folder,
  model: testModel,
  release: "bench",
  checks: [],
  seal: async (clear) => good(clear),
  clock: systemClock,
  report: reporter("server", Date.now, () => {}),
});

function* treeOf(sites: number): Generator<Edit> {
  for (let site = 0; site < sites; site++) {
    const at = `www/sites/site-${site}`;
    yield { at, create: { bindings: [`*:80:www.site-${site}.example.org`], connectionsMax: 100 } };
    for (let folder = 1; folder < NODES_PER_SITE; folder++)
      yield { at: `${at}/folders/folder-${folder}`, create: { path: `content/${site}/${folder}`, log: false } };
  }
}

async function change(metabase: Metabase, sites: number, from: number, count: number): Promise<void> {
  for (let index = from; index < from + count; index++) {
    const edits = [{ at: `www/sites/site-${index % sites}`, set: { connectionsMax: 1000 + index } }];
    expectGood(await metabase.change({ ...author, edits }));
  }
}

/** What any program pays that wants one row and one line to survive a power cut. */
function bareWrites(folder: string): number {
  const rounds = 200;
  const database = new Database(join(folder, "bare.sqlite"), { create: true });
  for (const it of ["locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"])
    database.query(`PRAGMA ${it}`).get();
  database.run("CREATE TABLE row (n INTEGER PRIMARY KEY, text TEXT)");
  const insert = database.query("INSERT INTO row (text) VALUES (?)");
  const file = openSync(join(folder, "bare.jsonl"), "w");
  const line = "x".repeat(500);
  const begun = performance.now();
  for (let round = 0; round < rounds; round++) {
    insert.run(line);
    writeSync(file, line);
    fdatasyncSync(file);
  }
  const took = performance.now() - begun;
  closeSync(file);
  database.close(true);
  return took / rounds;
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [ms: number, value: T]> {
  const begun = performance.now();
  const value = await work();
  return [performance.now() - begun, value];
}

/** What an open metabase holds, asked of a process that has done nothing else. */
async function heapOf(folder: string): Promise<number> {
  const before = heapBytes();
  const metabase = expectGood(await openMetabase(optionsFor(folder)));
  const bytes = heapBytes() - before;
  await metabase.close();
  return bytes;
}

function heapInChild(folder: string): number {
  const child = Bun.spawnSync([process.execPath, import.meta.path, folder], { stderr: "inherit" });
  return Number(child.stdout.toString());
}

function heapBytes(): number {
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
}

if (import.meta.main) console.log(await heapOf(process.argv[2] ?? ""));
