// The disk fails, lies or the process dies at the n-th operation, for every n: what was acknowledged is there
// afterwards, nothing is half, and where the process lives on, later changes work.
import { expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { expectGood } from "../base/result.ts";
import { faultyFolder } from "./copy/faulty-folder.ts";
import type { Metabase } from "./metabase.ts";
import { type Fate, Fuse, faultyStore } from "./store/faulty-store.ts";
import { author, makeRig, type Rig } from "./testing/rig.ts";

interface Run {
  /** The tree that each revision has shown, acknowledged or not. */
  readonly trees: Map<number, string>;
  acknowledged: number;
  /** Who was told that the second revision stays. */
  confirmed: boolean;
}

const shown = (metabase: Metabase): string => JSON.stringify(metabase.exportDocument("sealed"));

/** Changes, a wait that is confirmed, one that expires, and a revert. */
async function act(rig: Rig, run: Run, metabase: Metabase): Promise<void> {
  const note = () => run.trees.set(metabase.head.n, shown(metabase));
  note();
  metabase.subscribe(note);
  for (const [index, title] of ["one", "two", "three"].entries()) {
    const edits = [
      { at: `smtp/sites/${title}`, create: { title } },
      { at: "smtp", set: { connectionsMax: index + 1 } },
    ];
    const done = await metabase.change({ ...author, edits, ...(index === 0 ? {} : { confirmWithinMs: 60_000 }) });
    if (done.ok) run.acknowledged = metabase.head.n;
    if (index === 1) run.confirmed = (await metabase.confirm("bert")).ok;
  }
  rig.clock.advance(60_000);
  await metabase.change({ ...author, dryRun: true, edits: [] });
  rig.clock.advance(60_000); // for what could not be recorded the first time
  const done = await metabase.revert(Math.max(1, metabase.head.n - 1), author);
  if (done.ok) run.acknowledged = metabase.head.n;
}

async function strike(fate: Fate, n: number): Promise<boolean> {
  await using rig = makeRig();
  await (await rig.create()).close();
  const fuse = new Fuse(n, fate);
  const run: Run = { trees: new Map(), acknowledged: 1, confirmed: false };
  const life = async () => {
    const twins = {
      store: (it: Parameters<typeof faultyStore>[0]) => faultyStore(it, fuse),
      folder: (it: Parameters<typeof faultyFolder>[0]) => faultyFolder(it, fuse),
    };
    const metabase = await rig.open({ twins });
    await act(rig, run, metabase);
    if (metabase.readOnly !== undefined) return;
    const later = (value: number) =>
      metabase.change({ ...author, edits: [{ at: "www", set: { connectionsMax: value } }] });
    const last = [await later(1), await later(2)];
    expect(last.some((it) => it.ok)).toBe(true); // the fuse may have struck one of them, not both
    run.acknowledged = metabase.head.n;
  };
  await Promise.race([life(), fuse.died.then(() => rig.abandon())]);

  await using after = makeRig(); // the files as they lie there, as a dead process keeps its lock in this test
  cpSync(rig.folder, after.folder, { recursive: true });
  const again = await after.open();
  expect(again.head.n).toBeGreaterThanOrEqual(run.acknowledged);
  expect(shown(again)).toBe(run.trees.get(again.head.n) ?? shown(again));
  if (run.confirmed) expect(expectGood(await again.revision(3)).confirm).not.toBeNull();
  const next = await again.change({ ...author, edits: [{ at: "www", set: { idleTimeout: "77s" } }] });
  if (again.pending === undefined) expect(expectGood(next).is).toBe("recorded");
  return !fuse.burning;
}

for (const fate of ["refuses", "lies", "dies before", "dies after"] as const)
  test(`when the disk or the process ${fate} at any operation, nothing acknowledged is lost`, async () => {
    let n = 1;
    try {
      while (await strike(fate, n)) n++;
    } catch (thrown) {
      throw new Error(`${fate} at operation ${n}`, { cause: thrown });
    }
    expect(n).toBeGreaterThan(15);
  }, 60_000);
