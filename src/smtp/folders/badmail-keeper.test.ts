import { expect, test } from "bun:test";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import type { Badmail } from "../../proto/smtp/message/badmail.ts";
import { BadmailKeeper } from "./badmail-keeper.ts";
import { folderRig, NOW_MS } from "./testing/folder-rig.ts";

const badmail = (id: string): Badmail => ({
  id,
  kind: "nobody-to-tell",
  atMs: NOW_MS,
  reason: "x",
  sender: "",
  recipients: [],
});
const HOUR_MS = 3_600_000;

test("what cannot be kept is told once, stays with the caller, and is kept when it can be", async () => {
  await using rig = folderRig();
  writeFileSync(rig.badmail, "");
  const source = { is: "file" as const, path: rig.put("x.eml") };
  expect((await rig.keeper.keep(badmail("x"), source)).ok).toBe(false);
  expect((await rig.keeper.keep(badmail("x"), source)).ok).toBe(false);
  expect(rig.left()).toEqual(["x.eml"]);
  rmSync(rig.badmail);
  expect((await rig.keeper.keep(badmail("x"), source)).ok).toBe(true);
  expect(rig.told().map((it) => it.number)).toEqual([6110]);
});

test("bounds are held every hour, and it is told how many went", async () => {
  await using rig = folderRig();
  const { clock, world, badmail: folder } = rig;
  const bounds = { ageMs: 2 * HOUR_MS, sizeBytes: null };
  const keeper = new BadmailKeeper({ site: "smtp/sites/default", folder, bounds, clock, report: world.report });
  await keeper.keep(badmail("x"), { is: "file", path: rig.put("x.eml") });
  clock.advance(HOUR_MS);
  await keeper.trim();
  expect(readdirSync(folder)).toHaveLength(3);
  clock.advance(2 * HOUR_MS);
  await keeper.close();
  expect(readdirSync(folder)).toEqual([]);
  expect(rig.told().map((it) => [it.number, it.parameters.messages])).toEqual([[6111, 1]]);
});
