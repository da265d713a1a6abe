// The watchers of pickup folders at work: what comes is noticed by the system or by looking, settings change under them, and
// a folder that cannot be used is told once and taken up again.
import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { reporter } from "../../event/event.ts";
import { openPickup } from "./open-pickup.ts";
import { PickupWork } from "./pickup-work.ts";
import { type FolderRig, folderRig, LETTER } from "./testing/folder-rig.ts";

const world = (rig: FolderRig) => ({ ...rig.world, clock: systemClock });

/** Resolves when so many messages are in the spool, or fails with the test. */
async function arrived(rig: FolderRig, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = async () => {
    if ((await rig.mail()).length >= count) resolve();
  };
  const end = rig.spool.onChange(() => void look());
  await look();
  await promise.finally(end);
}

test("what lies there is taken, then what comes by a rename or in place, and nothing behind the end", async () => {
  await using rig = folderRig();
  rig.put("first.eml");
  const pickup = openPickup(world(rig));
  pickup.follow(rig.site);
  await arrived(rig, 1);
  const elsewhere = join(rig.root, "second.eml");
  writeFileSync(elsewhere, LETTER);
  renameSync(elsewhere, join(rig.pickup, "second.eml"));
  await arrived(rig, 2);
  writeFileSync(join(rig.pickup, "third.eml"), LETTER);
  await arrived(rig, 3);
  await pickup.close();
  rig.put("late.eml");
  expect(rig.left()).toEqual(["late.eml"]);
  expectGood(await PickupWork.open(rig.pickup)).close();
});

test("a changed site takes from its new folder, and a forgotten one from none", async () => {
  await using rig = folderRig();
  const pickup = openPickup(world(rig));
  pickup.follow(rig.site);
  const other = join(rig.root, "Other");
  pickup.follow({ ...rig.site, folder: other });
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, "x.eml"), LETTER);
  await arrived(rig, 1);
  pickup.forget(rig.site.path);
  await pickup.close();
  expect(rig.told()).toEqual([]);
});

test("a folder that another has is told, and taken over when he lets go", async () => {
  await using rig = folderRig();
  const holder = expectGood(await PickupWork.open(rig.pickup));
  rig.put("x.eml");
  const told = Promise.withResolvers<void>();
  const numbers: number[] = [];
  const pickup = openPickup({
    ...world(rig),
    report: reporter("smtp", Date.now, (it) => {
      numbers.push(it.number);
      told.resolve();
    }),
  });
  pickup.follow(rig.site);
  await told.promise;
  expect(await rig.mail()).toEqual([]);
  holder.close();
  await arrived(rig, 1);
  await pickup.close();
  expect(numbers).toEqual([6102, 6103]);
});

test("a folder that was taken away is made again", async () => {
  await using rig = folderRig();
  rig.put("one.eml");
  const pickup = openPickup(world(rig));
  pickup.follow(rig.site);
  await arrived(rig, 1);
  rmSync(rig.pickup, { recursive: true });
  const elsewhere = join(rig.root, "two.eml");
  writeFileSync(elsewhere, LETTER);
  // Whoever comes first makes it: the watcher, or the program that has mail.
  mkdirSync(rig.pickup, { recursive: true });
  renameSync(elsewhere, join(rig.pickup, "two.eml"));
  await arrived(rig, 2);
  await pickup.close();
});
