import { expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { type ListedFile, type Manifest, textOf, writeManifest } from "./manifest.ts";
import { clashOf, flawOfPath } from "./path.ts";
import { MANIFEST_BYTES_MAX, readManifest } from "./read-manifest.ts";

const row: ListedFile = { size: 3, sha256: "a".repeat(64), mode: "755", version: "0.2.0" };
const manifest: Manifest = {
  version: "0.2.0",
  platform: "linux-x64",
  base: null,
  start: ["runtime/bun", "--no-install", "src/start.ts"],
  formats: { metabase: { writes: 1, reads: [1] }, spool: { writes: 2, reads: [1, 2] } },
  prerequisites: [{ needs: "glibc", atLeast: "2.17" }],
  madeMs: 5,
  files: new Map([
    ["src/start.ts", { ...row, mode: "644" }],
    ["runtime/bun", row],
    ["docs/größe.md", { ...row, mode: "644" }],
  ]),
  proof: null,
};
const text = writeManifest(manifest);
/** The same text with something else in it, spelled as a manifest is. */
const changed = (change: object): string => textOf({ ...JSON.parse(text), ...change });
const refusalOf = (it: string): string => {
  const read = readManifest(it);
  return read.ok ? "read" : read.error;
};

test("what is written is read again, in an order that does not depend on how it was made", () => {
  const read = expectGood(readManifest(text));
  expect([...read.files.keys()]).toEqual(["docs/größe.md", "runtime/bun", "src/start.ts"]);
  expect(writeManifest(read)).toBe(text);
  expect({ ...read, files: 0 }).toEqual({ ...manifest, files: 0 } as never);
});

test("members that a newer release has added are passed over", () => {
  expect(refusalOf(changed({ later: { more: 1 } }))).toBe("read");
});

test("what is nested too deeply to be written again is refused before anybody tries", () => {
  const deep = (levels: number): string => `{"product":"inetsrv","more":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  for (const levels of [16, 200_000]) expect(refusalOf(deep(levels))).toBe("it is nested too deeply");
});

test("a name that stands twice, and another spelling, are refused", () => {
  const twice = text.replace('"runtime/bun": {', '"src/start.ts": {');
  expect(refusalOf(twice)).toBe("it is not written as a manifest is");
  expect(refusalOf(JSON.stringify(JSON.parse(text)))).toBe("it is not written as a manifest is");
  expect(refusalOf(text.replace('"size": 3', '"size": 3.0'))).toBe("it is not written as a manifest is");
});

test.each([
  ["/etc/passwd", "no plain path"],
  ["../escape", "no plain path"],
  ["a/../b", "no plain path"],
  ["a//b", "no plain path"],
  ["a/", "no plain path"],
  ["./a", "no plain path"],
  ["a\\b", "no plain path"],
  ["a\nb", "no plain path"],
  ["a\u009b31m", "no plain path"],
  ["a\u202esj.txt", "no plain path"],
  ["a\u200b", "no plain path"],
  ["C:a", "no plain path"],
  ["-rf", "no plain path"],
  [`a/${"b".repeat(65)}`, "no plain path"],
  ["a/".repeat(100), "too long"],
  ["e\u0301", "disks change"],
  ["release.json", "taken"],
  ["RELEASE.JSON.sig", "taken"],
])("the path %j is refused", (path, because) => {
  expect(flawOfPath(path)).toContain(because);
  const files = { ...JSON.parse(text).files, [path]: row };
  expect(refusalOf(changed({ files }))).toContain("is refused");
});

test.each([[["a", "A"]], [["a", "a/b"]], [["x/y/z", "X/Y"]]])("%j cannot lie beside each other", (paths) => {
  expect(clashOf(paths)).toBeDefined();
  expect(clashOf(paths.toReversed())).toBeDefined();
});

test.each([
  [{ version: "latest" }, "version"],
  [{ platform: "../x" }, "platform"],
  [{ start: ["src/start.ts"] }, "started with"],
  [{ start: ["runtime/bun", "/bin/sh"] }, "started with"],
  [{ start: [] }, "started with"],
  [{ formats: { metabase: { writes: 1, reads: [2] }, spool: { writes: 1, reads: [1] } } }, "formats"],
  [{ prerequisites: [{ needs: "glibc", atLeast: "new" }] }, "needs"],
  [{ madeMs: -1 }, "time"],
  [{ base: { version: "0.2.0" } }, "base"],
  [{ files: { a: { ...row, size: 2 ** 31 + 1 } } }, "a makes no sense"],
  [{ files: { a: { ...row, mode: "4755" } } }, "a makes no sense"],
  [{ files: { a: { ...row, sha256: "A".repeat(64) } } }, "a makes no sense"],
  [{ product: "other" }, "inetsrv"],
  [{ proof: { base: 1 } }, "proof"],
])("%j is refused", (change, because) => expect(refusalOf(changed(change))).toContain(because));

test("the files together have a bound, and so has the text", () => {
  const files = Object.fromEntries(["runtime/bun", "a", "b"].map((it) => [it, { ...row, size: 2 ** 31 }]));
  expect(refusalOf(changed({ files, start: ["runtime/bun"] }))).toBe("its files are too large together");
  expect(refusalOf(" ".repeat(MANIFEST_BYTES_MAX + 1))).toBe("it is too large");
});

test("no text makes the reader throw", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (it) => readManifest(it).ok === false));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, other) => {
      const read = readManifest(text.slice(0, at) + other + text.slice(at + 1));
      return typeof read.ok === "boolean";
    }),
  );
});
