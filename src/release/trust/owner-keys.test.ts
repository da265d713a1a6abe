import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { hashOf } from "../manifest/compose.ts";
import { allowUnsigned, readOwnerKeys } from "./owner-keys.ts";

const folder = mkdtempSync(join(tmpdir(), "owner keys "));
afterAll(() => rmSync(folder, { recursive: true }));

test("however many may be unsigned, the newest are known and the list can be read", () => {
  const hashes = Array.from({ length: 240 }, (_, index) => hashOf(String(index)));
  const longest = `0.2.0+${"a".repeat(194)}`;
  writeFileSync(join(folder, "unsigned.txt"), hashes.map((it) => `${it} ${longest}\n`).join(""));
  expectGood(allowUnsigned(folder, hashOf("new"), longest));
  expectGood(allowUnsigned(folder, hashOf("239"), longest));
  const { unsigned } = expectGood(readOwnerKeys(folder));
  expect(unsigned.size).toBe(200);
  expect([hashOf("new"), hashOf("239"), hashOf("0")].map((it) => unsigned.has(it))).toEqual([true, true, false]);
  expect(readFileSync(join(folder, "unsigned.txt"), "utf8").trim().split("\n").at(-1)).toStartWith(hashOf("239"));
});
