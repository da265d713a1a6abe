import { expect, test } from "bun:test";
import { readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bad, expectGood } from "../base/result.ts";
import { refusalSentences } from "./change/refusal.ts";
import { copyFolder } from "./copy/copy-names.ts";
import { databaseFile, type MetabaseOptions } from "./open-metabase.ts";
import { trouble } from "./store/trouble.ts";
import { author, makeRig } from "./testing/rig.ts";

const connections = (value: number) => ({ ...author, edits: [{ at: "smtp", set: { connectionsMax: value } }] });

/** Store and folder whose writing fails as long as they are told so. */
function failing() {
  const is = { store: false, folder: false };
  const full = bad(trouble("full", "the disk is full"));
  const twins: NonNullable<MetabaseOptions["twins"]> = {
    store: (it) =>
      new Proxy(it, {
        get: (store, key: keyof typeof it) => {
          const own = store[key];
          if (typeof own !== "function") return own;
          return key === "record" && is.store ? async () => full : own.bind(store);
        },
      }),
    folder: (it) => ({ ...it, append: async (...args) => (is.folder ? full : it.append(...args)) }),
  };
  return { is, twins };
}

test("a copy that cannot be written is told once, and catches up with the first change that can", async () => {
  const { is, twins } = failing();
  await using rig = makeRig({ twins });
  const metabase = await rig.create();
  is.folder = true;
  for (const value of [1, 2]) expect(expectGood(await metabase.change(connections(value))).is).toBe("recorded");
  expect(rig.told()).toEqual([2014, 2000, 2000]);
  is.folder = false;
  expectGood(await metabase.change(connections(3)));
  expect(rig.told()).toEqual([2015, 2000]);
  await metabase.close();
  rmSync(databaseFile(rig.folder));
  expect((await rig.open()).head.n).toBe(4);
});

test("a copy that somebody cuts or removes while it is in use is told, and written anew at the next start", async () => {
  for (const harm of [(file: string) => truncateSync(file, 50), (file: string) => rmSync(file)]) {
    await using rig = makeRig();
    const metabase = await rig.create();
    harm(join(copyFolder(rig.folder), "journal-0.jsonl"));
    expectGood(await metabase.change(connections(1)));
    expect(rig.events[0]?.remedy).toStartWith("Restart inetsrv, which writes a new copy.");
    await (await rig.open()).close();
    rmSync(databaseFile(rig.folder));
    expect((await rig.open()).head.n).toBe(2);
  }
});

test("a journal that has grown gives way to a checkpoint, and what is forgotten goes from the disk", async () => {
  await using rig = makeRig({ journalBytes: 1000, revisionsMax: 10 });
  const metabase = await rig.create();
  for (let value = 1; value <= 60; value++) expectGood(await metabase.change(connections(value)));
  await metabase.close();
  const files = readdirSync(copyFolder(rig.folder));
  expect(files.filter((it) => it.startsWith("checkpoint-"))).toHaveLength(2);
  expect(files.filter((it) => it.startsWith("journal-")).length).toBeWithin(2, 12);
  expect(files).not.toContain("journal-0.jsonl");
  writeFileSync(join(copyFolder(rig.folder), "checkpoint-99.jsonl.unfinished"), "half");
  rmSync(databaseFile(rig.folder));
  rig.told();
  const again = await rig.open();
  expect([again.head.n, rig.told()]).toEqual([61, [2010]]);
  expect(expectGood(await again.history({ limit: 99 })).length).toBeGreaterThanOrEqual(10);
  expect(expectGood(await again.at(again.head.n - 5, (view) => view.own("smtp")))).toEqual({ connectionsMax: 55 });
});

test("what was not confirmed stops to serve even when that cannot be recorded, and is recorded when it can", async () => {
  const { is, twins } = failing();
  await using rig = makeRig({ twins });
  const metabase = await rig.create();
  expectGood(await metabase.change({ ...connections(7), confirmWithinMs: 5000 }));
  rig.told();
  is.store = true;
  rig.clock.advance(5000);
  const refused = await metabase.change(connections(8));
  expect(refused.ok ? [] : refusalSentences(refused.error)).toEqual([
    expect.stringContaining("Cannot record revision 3, which takes the last one back: the disk is full"),
  ]);
  expect([metabase.view.own("smtp"), metabase.head.kind, metabase.readOnly?.because]).toEqual([
    {},
    "expired",
    "the disk is full",
  ]);
  rig.clock.advance(1000); // tried again, and told only once
  await metabase.change({ ...author, dryRun: true, edits: [] });
  is.store = false;
  rig.clock.advance(2000);
  expect(expectGood(await metabase.change(connections(9))).is).toBe("recorded");
  expect(rig.told()).toEqual([2004, 2005, 2001, 2000]);
  expect((await rig.open()).head.n).toBe(4);
});
