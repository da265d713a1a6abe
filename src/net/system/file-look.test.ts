import { afterAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookAt, lookAtOpen } from "./file-look.ts";

const folder = mkdtempSync(join(tmpdir(), "file look ü "));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "seen");
writeFileSync(path, "12345");

const seen = (look: ReturnType<typeof lookAt>): readonly (string | number)[] =>
  typeof look !== "object" ? [] : [look.kind, look.device, look.inode, look.size, look.modifiedMs, look.changedMs];
const told = (of: string): readonly (string | number)[] => {
  const stats = statSync(of);
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  return [stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other", dev, ino, size, mtimeMs, ctimeMs];
};

test("a look sees what node:fs tells, to the last digit", () => {
  // Times that no number of milliseconds holds exactly, also before 1970, and devices of other kinds.
  for (const seconds of [-86_400.25, 0.123456789, 1_795_871_011.19354, 2_000_000_000.999999, 1]) {
    utimesSync(path, seconds, seconds);
    expect(seen(lookAt(path))).toEqual(told(path));
  }
  for (const other of [folder, "/dev/null", "/proc/self/status", "/sys", process.execPath]) {
    expect([other, seen(lookAt(other))]).toEqual([other, told(other)]); // system path
  }
});

test("links are followed, and what is not there or no path is not seen", () => {
  symlinkSync(path, join(folder, "link"));
  expect(seen(lookAt(join(folder, "link")))).toEqual(told(path));
  for (const none of [join(folder, "none"), `${path}/below`, ""]) expect(lookAt(none)).toBe("nothing");
  for (const other of [`${path}\0`, `/${"x/".repeat(3000)}`]) expect(lookAt(other)).toBeUndefined();
});

test("an open file is seen as it is, whatever became of its name", () => {
  const file = openSync(path, "r");
  rmSync(path);
  expect(lookAtOpen(file)?.size).toBe(5);
  closeSync(file);
  expect(lookAtOpen(file)).toBeUndefined();
});
