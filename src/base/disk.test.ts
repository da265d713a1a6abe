import { afterAll, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeBytes, replaceFile } from "./disk.ts";

const folder = mkdtempSync(join(tmpdir(), "disk ü "));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file is replaced whole, with the mode that is wanted, and nothing is left beside it", () => {
  const path = join(folder, "new", "file");
  mkdirSync(join(folder, "new"));
  replaceFile(path, "one", 0o600);
  replaceFile(path, Buffer.from("twö"), 0o644);
  expect(readFileSync(path, "utf8")).toBe("twö");
  expect(statSync(path).mode & 0o777).toBe(0o644);
  expect(readdirSync(join(folder, "new"))).toEqual(["file"]);
});

test("no link is followed: neither one in the place of the file, nor one where it is written first", () => {
  const [other, path] = [join(folder, "other"), join(folder, "linked")];
  writeFileSync(other, "not ours");
  symlinkSync(other, path);
  symlinkSync(other, `${path}.part-${process.pid}`);
  replaceFile(path, "ours", 0o600);
  expect([readFileSync(other, "utf8"), readFileSync(path, "utf8")]).toEqual(["not ours", "ours"]);
  expect(lstatSync(path).isSymbolicLink()).toBe(false);
});

test("where it cannot be put in place it is not there, and what is there stays", () => {
  const path = join(folder, "new");
  expect(() => replaceFile(path, "a file in the place of a folder", 0o600)).toThrow();
  expect(readdirSync(folder).filter((it) => it.includes(".part-"))).toEqual([]);
  expect(readFileSync(join(path, "file"), "utf8")).toBe("twö");
});

test("there is room on the disk for temporary files", () => {
  expect(freeBytes(folder)).toBeGreaterThan(0);
});
