// A disk that is full or takes no writes: what can be read serves, changes are refused with the reason, and all is
// well again when there is room.
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expectGood, type Result } from "../base/result.ts";
import { smallDisk } from "../base/testing/small-disk.ts";
import { refusalSentences } from "./change/refusal.ts";
import type { Refusal } from "./change/transaction.ts";
import { createMetabase } from "./create-metabase.ts";
import { openMetabase } from "./open-metabase.ts";
import { author, makeRig } from "./testing/rig.ts";

const refused = (it: Result<unknown, Refusal>): string => (it.ok ? "accepted" : refusalSentences(it.error).join());
const relay = (value: string) => ({ ...author, edits: [{ at: "smtp", set: { relay: value } }] });

const disk = smallDisk("1m");
afterAll(() => disk?.end());

describe.skipIf(disk === undefined)("on a small disk of its own (needs the right to mount one)", () => {
  const root = disk?.root ?? "";

  const makeOptions = (name: string) => {
    const rig = makeRig();
    return { rig, options: { ...rig.options, folder: join(root, name, "metabase") } };
  };

  test("a full disk refuses changes, and takes them when there is room", async () => {
    const { rig, options } = makeOptions("running");
    await using _ = rig;
    const metabase = expectGood(await createMetabase(options, "setup"));
    expectGood(await metabase.change(relay("listed")));
    const free = disk?.fill() ?? (() => {});
    const big = Array.from({ length: 100 }, (_, n) => ({ at: `smtp/sites/${n}`, create: { title: "x".repeat(200) } }));
    rig.told();
    expect(refused(await metabase.change({ ...author, edits: big }))).toMatch(
      /^Cannot record the change: .*full.* Make room on the disk/,
    );
    expect(rig.told()).toEqual([2017, 2001]);
    expect([metabase.head.n, metabase.view.count("smtp/sites")]).toEqual([2, 0]);
    free();
    expect(expectGood(await metabase.change({ ...author, edits: big })).is).toBe("recorded");
    await metabase.close();
    const again = expectGood(await openMetabase(options));
    expect([again.head.n, again.view.count("smtp/sites")]).toEqual([3, 100]);
    await again.close();
    rmSync(join(root, "running"), { recursive: true });
  });

  test("a disk that is full at the start serves, refuses changes, and takes them when there is room", async () => {
    const { rig, options } = makeOptions("starting");
    await using _ = rig;
    const first = expectGood(await createMetabase(options, "setup"));
    expectGood(await first.change(relay("listed")));
    await first.close();
    const free = disk?.fill() ?? (() => {});
    rig.told();
    const metabase = expectGood(await openMetabase(options));
    expect(expectGood(metabase.get("smtp/relay")).written).toBe("listed");
    expect(refused(await metabase.change(relay("none")))).toContain("full");
    free();
    expect(expectGood(await metabase.change(relay("none"))).is).toBe("recorded");
    await metabase.close();
    rmSync(join(root, "starting"), { recursive: true });
  });

  test("a file system that takes no writes serves from what can be read, and refuses changes", async () => {
    const { rig, options } = makeOptions("reading");
    await using _ = rig;
    const first = expectGood(await createMetabase(options, "setup"));
    expectGood(await first.change(relay("listed")));
    expectGood(await first.change({ ...relay("none"), confirmWithinMs: 5000 }));
    await first.close();
    rig.told();
    rig.clock.advance(5000);
    for (const copy of ["with its copy", "without"]) {
      if (copy === "without") rmSync(join(options.folder, "copy"), { recursive: true });
      expect(disk?.remount("ro")).toBe(true);
      const metabase = expectGood(await openMetabase(options));
      expect([copy, expectGood(metabase.get("smtp/relay")).written]).toEqual([copy, "listed"]); // the wait is over
      expect(refused(await metabase.change(relay("none")))).toContain("Make the file system that holds");
      expect(expectGood(await metabase.at(1, (view) => view.own("smtp"))) ?? null).toEqual({});
      expect(rig.told().filter((it) => it !== 2001)).toEqual([2016, 2004]);
      await metabase.close();
      expect(disk?.remount("rw")).toBe(true);
    }
    const again = expectGood(await openMetabase(options));
    expect(expectGood(await again.change(relay("none"))).is).toBe("recorded");
    await again.close();
  });
});

const NOBODY = { uid: 65_534, gid: 65_534 };
const child = join(import.meta.dir, "testing", "open-child.ts");
/** Root can become nobody, and nobody may read this program: not so in a folder that only its owner may enter. */
const canBeNobody =
  process.getuid?.() === 0 && Bun.spawnSync(["test", "-r", child, "-a", "-x", process.execPath], NOBODY).success;

test.skipIf(!canBeNobody)(
  "a start without the right to write serves what it may read, and says whose files they must be",
  async () => {
    await using rig = makeRig();
    await (await rig.create()).close();
    for (const it of ["..", "", "copy"]) chmodSync(join(rig.folder, it), 0o755);
    for (const it of ["copy/journal-0.jsonl", "metabase.sqlite"]) chmodSync(join(rig.folder, it), 0o644);
    const run = Bun.spawnSync([process.execPath, child, rig.folder], NOBODY);
    const change = expect.stringContaining("to the user that runs inetsrv");
    expect(JSON.parse(run.stdout.toString() || "null")).toEqual({ head: 1, told: [2016, 2001], change });
  },
);
