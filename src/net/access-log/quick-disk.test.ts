import { afterAll, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import { BATCH_BYTES } from "./access-disk.ts";
import { DiskPace, QuickDisk } from "./quick-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "quick disk ü "));
afterAll(() => rmSync(folder, { recursive: true }));
const clock = new ManualClock();

const extentOf = (path: string) => {
  const { dev, ino, size } = statSync(path);
  return { device: dev, inode: ino, bytes: size };
};

const mayFollow = (since: Buffer): boolean => since.toString().endsWith("\n");

/** A disk that knows the folder by now. */
async function knowing(pace: DiskPace, path: string): Promise<QuickDisk> {
  const disk = new QuickDisk(pace);
  await (await disk.open(path))?.close();
  return disk;
}

test("lines go behind the file that was left, in one go", async () => {
  const path = join(folder, "left.log");
  writeFileSync(path, "one\n");
  const disk = await knowing(new DiskPace(clock), path);
  const left = (bytes: number) => ({ ...extentOf(path), bytes });
  const two = Buffer.from("two\n");
  expect(disk.appendNow(path, left(4), two, mayFollow)).toEqual({ at: 4, written: 4 });
  appendFileSync(path, "others\n");
  expect(disk.appendNow(path, left(8), two, mayFollow)).toEqual({ at: 15, written: 4 });
  appendFileSync(path, "unfinis");
  expect(disk.appendNow(path, left(19), two, mayFollow)).toBeUndefined();
  expect(disk.appendNow(path, left(100), two, mayFollow)).toBeUndefined();
  expect(disk.appendNow(path, { ...left(26), inode: 1 }, two, mayFollow)).toBeUndefined();
  expect(disk.appendNow(path, left(26), Buffer.alloc(2 * BATCH_BYTES, "x"), mayFollow)).toBeUndefined();
  expect(disk.appendNow(path, left(8), two, (since) => since.toString() !== "others\ntwo\nunfinis")).toBeUndefined();
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\nothers\ntwo\nunfinis");
  rmSync(path);
  expect(disk.appendNow(path, { device: 1, inode: 1, bytes: 0 }, two, mayFollow)).toBeUndefined();
  expect(
    disk.appendNow(join(folder, "elsewhere", "left.log"), { device: 1, inode: 1, bytes: 0 }, two, mayFollow),
  ).toBeUndefined();
  expect(readdirSync(folder)).not.toContain("left.log");
});

test("a new file lies in a new folder beside others, or in one that is known; what is there already is left alone", async () => {
  const pace = new DiskPace(clock);
  const disk = new QuickDisk(pace);
  const path = (...names: readonly string[]) => join(folder, "sites", ...names);
  mkdirSync(path("mounted"), { recursive: true });
  // What lies above is looked at elsewhere first.
  expect(disk.createNow(path("a", "one.log"), "head\n")).toBeUndefined();
  while (!pace.isLocalAbove(path())) await new Promise(setImmediate);
  expect(disk.createNow(path("mounted", "one.log"), "head\n")).toBeUndefined();
  const begun = disk.createNow(path("a", "one.log"), "head\n");
  expect(begun).toMatchObject({ bytes: 5, inode: statSync(path("a", "one.log")).ino });
  expect(disk.createNow(path("a", "one.log"), "other\n")).toBeUndefined();
  expect(disk.createNow(path("a", "two.log"), "")).toMatchObject({ bytes: 0 });
  pace.take(() => clock.advance(100));
  expect(disk.createNow(path("a", "three.log"), "head\n")).toBeUndefined();
  clock.advance(60_000);
  expect(readdirSync(path(), { recursive: true }).toSorted()).toEqual(["a", "a/one.log", "a/two.log", "mounted"]);
  expect(readFileSync(path("a", "one.log"), "utf8")).toBe("head\n");
});

test("a disk that was waited for too long is left to others for a while, but not for a single wait", async () => {
  const path = join(folder, "slow.log");
  writeFileSync(path, "");
  const pace = new DiskPace(clock);
  const disk = await knowing(pace, path);
  const append = () => disk.appendNow(path, { ...extentOf(path), bytes: 0 }, Buffer.from("a\n"), mayFollow);
  const expectAppended = () => {
    const at = statSync(path).size;
    expect(append()).toEqual({ at, written: 2 });
  };
  const wait = (ms: number) => pace.take(() => clock.advance(ms));
  // Once in a while, as on a busy processor, and as often as may be what is short.
  for (let time = 0; time < 20; time++) {
    wait(60);
    for (let short = 0; short < 100; short++) wait(9);
    expectAppended();
    clock.advance(40_000);
  }
  for (const [waits, ms] of [
    [1, 5000],
    [10, 11],
  ] as const) {
    for (let time = 0; time < waits; time++) {
      expectAppended();
      wait(ms);
    }
    expect(append()).toBeUndefined();
    clock.advance(59_999);
    expect(append()).toBeUndefined();
    clock.advance(1);
    expectAppended();
  }
});

test.skipIf(process.platform !== "linux")(
  "a file system that is none of this machine's disks is never waited for",
  async () => {
    const path = "/proc/self/comm";
    const disk = await knowing(new DiskPace(clock), path);
    expect(disk.appendNow(path, { ...extentOf(path), bytes: 0 }, Buffer.from("a\n"), mayFollow)).toBeUndefined();
  },
);
