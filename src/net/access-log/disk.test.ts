// Access logs on real disks: one that is full, and one file under two processes at once.
import { afterAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { smallDisk } from "../../base/testing/small-disk.ts";
import { DAY, LogRig } from "./testing/log-rig.ts";

const disk = smallDisk("256k");
afterAll(() => disk?.end());

const named = "on a small disk of its own, a quick one: %p (needs the right to mount one)";
describe.skipIf(disk === undefined).each([false, true])(named, (quick) => {
  const root = disk?.root ?? "";

  test("a disk that runs full within a line loses nothing, and the line is whole in the end", async () => {
    using rig = new LogRig({}, { root, quick });
    const log = rig.writer();
    const write = (from: number, until: number): void => {
      for (let each = from; each < until; each++) log.write(rig.record(`t${each}`));
    };
    write(0, 10);
    await log.flush();
    const free = disk?.fill() ?? (() => {});
    // What is left of the last page of the file still takes some bytes of the batch.
    write(10, 1000);
    await log.flush();
    expect(rig.events.map((it) => it.number)).toEqual([4110]);
    expect(rig.text().endsWith("\n")).toBe(false);
    expect(rig.traces().length).toBeLessThan(1000);
    rig.clock.advance(1000);
    await log.flush();
    expect(rig.told()).toEqual([4110]);
    free();
    rig.clock.advance(1000);
    await log.flush();
    expect(rig.told()).toEqual([4113]);
    await log.close();
    expect(rig.traces()).toEqual(Array.from({ length: 1000 }, (_, each) => `t${each}`));
    expect(rig.headers()).toBe(1);
    rmSync(rig.folder, { recursive: true });
  });

  test("a disk that is full from the start gets its file, header and lines when there is room", async () => {
    using rig = new LogRig({}, { root, quick });
    const log = rig.writer();
    const free = disk?.fill() ?? (() => {});
    log.write(rig.record("a"));
    await log.flush();
    expect(rig.told()).toEqual([4110]);
    free();
    rig.clock.advance(1000);
    await log.flush();
    await log.close();
    expect([rig.traces(), rig.headers(), rig.names, rig.told()]).toEqual([["a"], 1, [DAY], [4113]]);
    rmSync(rig.folder, { recursive: true });
  });
});

/** All within the reach of one header. */
const LINES = 800;

test("two processes that append to one file mix whole lines below one header", async () => {
  using rig = new LogRig();
  const program = join(import.meta.dir, "testing", "log-process.ts");
  const start = (name: string) =>
    Bun.spawn([process.execPath, program, rig.folder, name, `${LINES}`], { stdio: ["ignore", "ignore", "inherit"] });
  const codes = await Promise.all([start("one"), start("two")].map((it) => it.exited));
  expect(codes).toEqual([0, 0]);
  const traces = rig.traces();
  expect([traces.length, rig.headers(), rig.names]).toEqual([2 * LINES, 1, [DAY]]);
  for (const name of ["one", "two"])
    expect(traces.filter((it) => it.startsWith(name))).toEqual(
      Array.from({ length: LINES }, (_, line) => `${name}-${line}`),
    );
});
