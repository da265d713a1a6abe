import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { expectGood } from "../../base/result.ts";
import { SmallReleases } from "../testing/small-releases.ts";
import { versionsIn } from "./install-root.ts";
import { planPrune, prune } from "./prune.ts";
import { switchCurrent } from "./switch-current.ts";

const made = new SmallReleases();
afterAll(() => made[Symbol.dispose]());
beforeAll(async () => {
  for (const it of ["0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0"]) await made.installed((await made.build(it)).package);
});
const planned = (own: string | undefined, newest: number) =>
  expectGood(planPrune(made.root, own, newest)).remove.map((it) => it.version);

test("where nothing is in use the newest stays", () => {
  expect(planned(undefined, 0)).toEqual(["0.4.0", "0.3.0", "0.2.0", "0.1.0"]);
});

test("the current one, the one before, the one that asks and one that a process runs from stay", async () => {
  switchCurrent(made.root, "0.2.0");
  switchCurrent(made.root, "0.3.0");
  expect(planned("0.1.0", 0)).toEqual(["0.5.0", "0.4.0"]);
  expect(planned("0.1.0", 1)).toEqual(["0.4.0"]);
  // A program of that release, as long as it reads from a pipe that stays open.
  cpSync("/bin/cat", made.file("0.4.0", "runtime/bun"));
  const process_ = Bun.spawn([made.file("0.4.0", "runtime/bun")], { stdin: "pipe" });
  expect(planned("0.1.0", 0)).toEqual(["0.5.0"]);
  process_.stdin.end();
  await process_.exited;
  expect(planned("0.1.0", 0)).toEqual(["0.5.0", "0.4.0"]);
});

test("what came into use after it was shown stays", () => {
  const plan = expectGood(planPrune(made.root, "0.1.0", 0));
  switchCurrent(made.root, "0.5.0");
  const refused = prune(made.root, "0.1.0", plan);
  expect(refused.ok ? "" : refused.error.because).toBe("it is current now");
  expect(versionsIn(made.root)).toHaveLength(5);
});

test("the others go", () => {
  const plan = expectGood(planPrune(made.root, undefined, 0));
  expect(expectGood(prune(made.root, undefined, plan))).toEqual(["0.4.0", "0.2.0", "0.1.0"]);
  expect(versionsIn(made.root)).toEqual(["0.5.0", "0.3.0"]);
});
