// A disk that is full or takes no writes: what is in the spool can leave, nothing new is acknowledged, and all is well
// again when there is room.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../base/result.ts";
import { smallDisk } from "../base/testing/small-disk.ts";
import { reporter } from "../event/event.ts";
import { openSpool } from "./open-spool.ts";
import { claimed, makeRig, message, names, put, textOf } from "./testing/rig.ts";

const disk = smallDisk("8m");
afterAll(() => disk?.end());

describe.skipIf(disk === undefined)("on a small disk of its own (needs the right to mount one)", () => {
  const root = disk?.root ?? "";

  test("a full disk takes nothing new, records with the help of the reserve, and goes on when there is room", async () => {
    await using rig = makeRig(join(root, "full", "spool"));
    const before = await rig.open({ reserveBytes: 1024 * 1024 });
    const kept = await Promise.all(Array.from({ length: 20 }, () => put(before)));
    await before.close(); // with a log there would be something to shorten
    const spool = await rig.open({ reserveBytes: 1024 * 1024 });
    expect(existsSync(join(rig.folder, "reserve"))).toBe(true);
    const free = disk?.fill() ?? (() => {});
    const refused: (string | undefined)[] = [];
    for (const size of [100_000, 3_000_000]) {
      const incoming = spool.receive();
      const written = await incoming.write(Buffer.alloc(size));
      const done = written.ok ? await incoming.commit(message()) : written;
      refused.push(done.ok ? "accepted" : done.error.is);
      await incoming.abandon();
    }
    expect(refused).toEqual(["full", "full"]);
    expect(existsSync(join(rig.folder, "reserve"))).toBe(true); // not for new mail
    const claims = await claimed(spool, rig.clock.wallMs(), { messagesMax: 20 });
    expect(existsSync(join(rig.folder, "reserve"))).toBe(false);
    for (const claim of claims) {
      const attempt = {
        id: claim.id,
        recipient: 0,
        atMs: 5,
        outcome: { is: "delivered" },
        remote: "mx",
        reply: "250",
      } as const;
      expectGood(await spool.record([attempt]));
    }
    expect([...rig.told()].sort()).toEqual([5204, 5207]);
    free();
    const after = await put(spool);
    const statuses = expectGood(await spool.find({ status: "any" }, { limit: 99 })).map((it) => it.status);
    expect(statuses.filter((it) => it === "delivered")).toHaveLength(kept.length);
    expect(await textOf(spool, after)).toBe("Hello\r\n");
    expect(readdirSync(join(rig.folder, "bodies"))).toEqual([]);
    await spool.close();
    await rig.open({ reserveBytes: 1024 * 1024 });
    expect(existsSync(join(rig.folder, "reserve"))).toBe(true); // made again
  });

  test("a disk that takes no writes is refused with what mends it, and opens when it does", async () => {
    await using rig = makeRig(join(root, "read-only", "spool"));
    const spool = await rig.open();
    const id = await put(spool);
    await spool.close();
    expect(disk?.remount("ro")).toBe(true);
    const report = reporter(
      "smtp",
      () => 0,
      () => {},
    );
    const refused = await openSpool(rig.folder, { clock: rig.clock, report, names: names() });
    expect(refused.ok ? "opened" : refused.error.remedy).toMatch(
      /^Make the file system that holds .* writable$|^Give /,
    );
    expect(disk?.remount("rw")).toBe(true);
    expect(await textOf(await rig.open(), id)).toBe("Hello\r\n");
  });
});

test("room is refused before the reserve is touched, told once, and given again with some to spare", async () => {
  await using rig = makeRig();
  let free = 10_000_000;
  const spool = await rig.open({ reserveBytes: 65_536, marginBytes: 1_000_000, freeBytes: () => free });
  expect(spool.room()).toEqual({ accepting: true });
  free = 900_000;
  expect(spool.room()).toEqual({ accepting: true }); // it is not asked at every message
  rig.clock.advance(250);
  expect(spool.room()).toEqual({ accepting: false, because: "0 MB are free" });
  rig.clock.advance(250);
  free = 1_010_000;
  expect(spool.room().accepting).toBe(false);
  rig.clock.advance(250);
  free = 2_000_000;
  expect(spool.room().accepting).toBe(true);
  expect(rig.told()).toEqual([5202, 5203]);
});
