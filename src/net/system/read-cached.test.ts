import { expect, test } from "bun:test";
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../event/testing/folder.ts";
import { readCached } from "./read-cached.ts";

test("what was written just now lies in memory, and is read from where it was asked", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a");
  writeFileSync(path, "0123456789");
  const file = openSync(path, "r");
  const into = Buffer.alloc(8, "-");
  const count = readCached(file, into, 4, 3);
  // A file system that cannot tell reads nothing.
  expect([0, 4]).toContain(count);
  expect(into.toString()).toBe(count === 4 ? "3456----" : "--------");
  expect(readCached(file, into, 9, 0)).toBe(0);
  expect(readCached(file, into, 4, 100)).toBe(0);
  closeSync(file);
  expect(readCached(file, into, 4, 0)).toBe(0);
});

test("far behind the first gigabytes too", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 40);
  const file = openSync(path, "r+");
  for (const far of [2 ** 31 - 2, 2 ** 32 - 2, 2 ** 33 + 12_345, 2 ** 40 - 4]) {
    writeSync(file, "here", far);
    const into = Buffer.alloc(4);
    const count = readCached(file, into, 4, far);
    expect([far, into.toString()]).toEqual([far, count === 0 ? "\0\0\0\0" : "here"]);
  }
  closeSync(file);
});
