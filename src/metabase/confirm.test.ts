import { expect, test } from "bun:test";
import { localTime } from "../base/local-time.ts";
import { expectGood, type Result } from "../base/result.ts";
import { refusalSentences } from "./change/refusal.ts";
import type { Refusal } from "./change/transaction.ts";
import type { Metabase } from "./metabase.ts";
import { author, makeRig, type Rig, START_MS } from "./testing/rig.ts";

const refused = (it: Result<unknown, Refusal>): readonly string[] =>
  it.ok ? ["accepted"] : refusalSentences(it.error);
const relay = (metabase: Metabase) => expectGood(metabase.get("smtp/relay")).written;

/** A metabase with a change that waits 60 seconds to be confirmed. */
async function waiting(): Promise<{ rig: Rig; metabase: Metabase }> {
  const rig = makeRig();
  const metabase = await rig.create();
  const edits = [{ at: "smtp", set: { relay: "listed" } }];
  expectGood(await metabase.change({ ...author, edits, confirmWithinMs: 60_000 }));
  rig.told();
  return { rig, metabase };
}

/** Whatever was begun by the clock is done when a change that comes after it is answered. */
const settled = (metabase: Metabase) => metabase.change({ ...author, dryRun: true, edits: [] });

test("a change that is not confirmed takes itself back, and tells so", async () => {
  const { rig, metabase } = await waiting();
  await using _ = rig;
  expect(metabase.pending).toMatchObject({ revision: { n: 2 }, untilMs: START_MS + 60_000 });
  const told: string[] = [];
  metabase.subscribe(({ revision, changed }) => told.push(`${revision.kind} ${changed.map((it) => it.path)}`));
  rig.clock.advance(59_999);
  await settled(metabase);
  expect(relay(metabase)).toBe("listed");
  rig.clock.advance(1);
  await settled(metabase);
  expect(relay(metabase)).toBe("none");
  expect(metabase.head).toMatchObject({ n: 3, kind: "expired", who: "inetsrv" });
  expect([metabase.pending, told, rig.told()]).toEqual([undefined, ["expired smtp"], [2004]]);
  expect((await rig.open()).head.n).toBe(3);
});

test("a change that is confirmed stays, also after a restart", async () => {
  const { rig, metabase } = await waiting();
  await using _ = rig;
  expect(expectGood(await metabase.confirm("bert"))).toEqual({ n: 2, atMs: START_MS, who: "bert" });
  rig.clock.advance(100_000);
  await settled(metabase);
  expect(relay(metabase)).toBe("listed");
  const again = await rig.open();
  rig.clock.advance(100_000);
  await settled(again);
  expect([relay(again), again.pending, again.head.n]).toEqual(["listed", undefined, 2]);
  expect(expectGood(await again.history({ limit: 1 }))[0]?.confirmed?.who).toBe("bert");
  expect(refused(await again.confirm("bert"))[0]).toContain("no revision waits to be confirmed");
});

test("while a revision waits, changes are refused, and taking it back at once is possible", async () => {
  const { rig, metabase } = await waiting();
  await using _ = rig;
  const edits = [{ at: "smtp", set: { connectionsMax: 5 } }];
  expect(refused(await metabase.change({ ...author, edits }))).toEqual([
    `Revision 2 by anna waits until ${localTime(Date.UTC(2026, 0, 1, 0, 1))} to be confirmed: type \`inetsrv config confirm\` to keep it, or \`inetsrv config revert\` to take it back`,
  ]);
  expect(expectGood(await metabase.revert(1, author)).is).toBe("recorded");
  expect([relay(metabase), metabase.pending, metabase.head.n]).toEqual(["none", undefined, 3]);
  expect(expectGood(await metabase.change({ ...author, edits })).is).toBe("recorded");
  rig.clock.advance(100_000);
  await settled(metabase);
  expect(metabase.head.n).toBe(4);
});

test("a wait goes on after a restart for the time that is left", async () => {
  const { rig } = await waiting();
  await using _ = rig;
  rig.clock.advance(40_000);
  const again = await rig.open();
  expect(relay(again)).toBe("listed");
  rig.clock.advance(20_000);
  await settled(again);
  expect([relay(again), again.head.kind]).toEqual(["none", "expired"]);
});

test("what was not confirmed when the machine was off is taken back before anything serves", async () => {
  const { rig, metabase } = await waiting();
  await using _ = rig;
  await metabase.close();
  rig.clock.advance(60_000);
  const again = await rig.open();
  expect([relay(again), again.head.kind, rig.told()]).toEqual(["none", "expired", [2004]]);
});

test("a clock that jumps neither prolongs nor cuts a wait", async () => {
  const { rig, metabase } = await waiting();
  await using _ = rig;
  rig.clock.jump(-3_600_000);
  rig.clock.advance(59_999);
  await settled(metabase);
  expect(relay(metabase)).toBe("listed");
  rig.clock.advance(1);
  await settled(metabase);
  expect(relay(metabase)).toBe("none");
});

test("a clock that was set back while the machine was off cannot prolong a wait beyond what was asked", async () => {
  const { rig } = await waiting();
  await using _ = rig;
  rig.clock.jump(-3_600_000);
  const again = await rig.open();
  expect(relay(again)).toBe("listed");
  rig.clock.advance(60_000);
  await settled(again);
  expect(relay(again)).toBe("none");
});

test("under another release nothing waits: what is not confirmed goes", async () => {
  const { rig, metabase } = await waiting();
  await using _ = rig;
  await metabase.close();
  const again = await rig.open({ release: "next" });
  expect([relay(again), again.head.kind, again.pending]).toEqual(["none", "expired", undefined]);
});
