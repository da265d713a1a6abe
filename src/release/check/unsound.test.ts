import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { about } from "../../base/fault.ts";
import { findUnsound } from "./unsound.ts";

const root = mkdtempSync(join(realpathSync(tmpdir()), "clone ü "));
afterAll(() => rmSync(root, { recursive: true }));
const program = { version: "0.1.0", build: "", root, executable: undefined, release: undefined };

test("a clone without a library is told which, and what brings it; with it nothing is wrong", () => {
  writeFileSync(join(root, "package.json"), JSON.stringify({ dependencies: { bun: "1", "some-library": "1" } }));
  const { fault, event } = findUnsound(program, undefined) ?? {};
  expect(fault?.subject).toEqual(about("file", join(root, "node_modules", "some-library")));
  expect(fault?.remedy).toBe(`Install what it needs: cd '${root}' && npm install`);
  expect(event?.article).toBe("missing-component");
  const library = join(root, "node_modules", "some-library");
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, "index.js"), "export default 1;");
  expect(findUnsound(program, undefined)).toBeUndefined();
});

test("one executable has all within it", () => {
  const empty = join(root, "empty");
  mkdirSync(empty);
  expect(findUnsound({ ...program, root: empty, executable: "inetsrv" }, undefined)).toBeUndefined();
});
