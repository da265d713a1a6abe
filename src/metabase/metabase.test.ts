import { describe, expect, test } from "bun:test";
import type { Result } from "../base/result.ts";
import { expectGood } from "../base/result.ts";
import type { Edit } from "./change/edit.ts";
import { refusalSentences } from "./change/refusal.ts";
import type { Outcome, Refusal } from "./change/transaction.ts";
import { author, makeRig } from "./testing/rig.ts";

const site = "smtp/sites/default";
const siteEdits: readonly Edit[] = [{ at: site, create: { bindings: ["*:25"], title: "Mail" } }];
const sentences = (it: Result<unknown, Refusal>): readonly string[] =>
  it.ok ? ["accepted"] : refusalSentences(it.error);

test("a change is one revision, seen at once, durable, and told", async () => {
  await using rig = makeRig();
  const metabase = await rig.create();
  const told: unknown[] = [];
  metabase.subscribe(({ revision, changed }) => told.push([revision.n, changed.map((it) => it.path)]));
  const outcome = expectGood(await metabase.change({ ...author, edits: siteEdits }));
  expect(outcome.is).toBe("recorded");
  expect(expectGood(metabase.get(`${site}/bindings`))).toMatchObject({ from: "own", written: ["*:25"] });
  expect(expectGood(metabase.get(`${site}/idleTimeout`))).toMatchObject({ from: "default", written: "10m" });
  expect(told).toEqual([[2, [site]]]);
  const again = await rig.open();
  expect(again.head).toEqual(metabase.head);
  expect(expectGood(again.get(`${site}/title`))).toMatchObject({ written: "Mail" });
});
