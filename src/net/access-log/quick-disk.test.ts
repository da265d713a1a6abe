import { afterAll, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import { DiskPace, QuickDisk } from "./quick-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "quick disk ü "));
afterAll(() => rmSync(folder, { recursive: true }));
const clock = new ManualClock();

/** A disk that knows the folder by now. */
async function knowing(pace: DiskPace, path: string): Promise<QuickDisk> {
  const disk = new QuickDisk(pace);
  await (await disk.open(path))?.close();
  return disk;
}

test("a disk of this machine is written at once, at the end that others have moved", async () => {
  const path = join(folder, "near.log");
  writeFileSync(path, "one\n");
  const disk = await knowing(new DiskPace(clock), path);
  const file = disk.open(path);
  if (file === undefined || file instanceof Promise) throw new Error("it was not opened at once");
  expect(file.state()).toMatchObject({ bytes: 4 });
  appendFileSync(path, "two\n");
  expect(file.append(Buffer.from("three\n"))).toBe(6);
  expect(String(await file.read(4, 100))).toBe("two\nthree\n");
  const long = Buffer.alloc(100_000, "x");
  expect(await file.append(long)).toBe(long.length);
  file.close();
  expect(readFileSync(path).length).toBe(14 + long.length);
});

test("what is not there is not made, and what may not be opened is told", async () => {
  const path = join(folder, "gone.log");
  writeFileSync(path, "");
  const disk = await knowing(new DiskPace(clock), path);
  rmSync(path);
  expect(await disk.open(path)).toBeUndefined();
  mkdirSync(path);
  expect(() => disk.open(path)).toThrow("EISDIR");
});

test("a disk that was slow once is left to others for a while", async () => {
  const path = join(folder, "slow.log");
  writeFileSync(path, "");
  const pace = new DiskPace(clock);
  const disk = await knowing(pace, path);
  pace.take(() => clock.advance(50));
  const opened = disk.open(path);
  expect(opened).toBeInstanceOf(Promise);
  await (await opened)?.close();
  clock.advance(60_000);
  expect(disk.open(path)).not.toBeInstanceOf(Promise);
});

test.skipIf(process.platform !== "linux")(
  "a file system that is none of this machine's disks is never waited for",
  async () => {
    const disk = await knowing(new DiskPace(clock), "/proc/self/comm");
    const opened = disk.open("/proc/self/comm");
    expect(opened).toBeInstanceOf(Promise);
    await (await opened)?.close();
  },
);
