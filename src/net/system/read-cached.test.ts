import { expect, test } from "bun:test";
import { closeSync, openSync, writeFileSync } from "node:fs";
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
