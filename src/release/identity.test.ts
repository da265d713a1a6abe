import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mismatch, type ProgramFiles, readIdentity } from "./identity.ts";

const root = mkdtempSync(join(tmpdir(), "identity "));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, "src", "net"), { recursive: true });
const put = (name: string, text: string) => writeFileSync(join(root, ...name.split("/")), text);
put("package.json", "{}");
put("src/main.ts", "one");
put("src/net/socket.ts", "two");
put("src/net/socket.test.ts", "not part of the program");
const program: ProgramFiles = { version: "0.1.0", root, executable: undefined, build: "" };
const before = readIdentity(program);

test("the identity holds every file of the program and no test", () => {
  expect(Object.keys(before.files)).toEqual(["src/main.ts", "src/net/socket.ts", "package.json"]);
  expect(mismatch(before, readIdentity(program), root)).toBeUndefined();
});

test("another version, a changed, a missing and an added file are each refused by name", () => {
  expect(mismatch(before, { ...before, version: "0.2.0" }, root)?.because).toBe(
    "version 0.1.0 is expected, version 0.2.0 found",
  );
  put("src/net/socket.ts", "changed");
  const changed = mismatch(before, readIdentity(program), root);
  expect(changed?.subject.name).toBe(join(root, "src/net/socket.ts"));
  expect(changed?.because).toMatch(/^the server started with [0-9a-f]{12}, found [0-9a-f]{12}$/);
  rmSync(join(root, "src/net/socket.ts"));
  expect(mismatch(before, readIdentity(program), root)?.because).toContain("now it is missing");
  put("src/net/socket.ts", "two");
  put("src/net/more.ts", "three");
  expect(mismatch(before, readIdentity(program), root)?.because).toBe("the server started without this file");
});

test("a compiled program is one file with its build, size and time", () => {
  writeFileSync(join(root, "inetsrv"), "binary");
  const compiled: ProgramFiles = { version: "0.1.0", root, executable: "inetsrv", build: "abc" };
  const identity = readIdentity(compiled);
  expect(identity.files.inetsrv).toMatch(/^build abc, 6 bytes of \d{4}-/);
  const other = mismatch(identity, readIdentity({ ...compiled, build: "xyz" }), root);
  expect(other?.subject.name).toBe(join(root, "inetsrv"));
});
