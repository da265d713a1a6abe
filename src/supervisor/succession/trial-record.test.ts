import { afterAll, expect, test } from "bun:test";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import {
  readConfirmed,
  readTrial,
  removeTrial,
  type TrialRecord,
  trialFile,
  writeConfirmed,
  writeTrial,
} from "./trial-record.ts";

const root = mkdtempSync(join(tmpdir(), "trial "));
afterAll(() => rmSync(root, { recursive: true }));
const home = { root, from: "--home" } as const;
const releases = join(root, "releases");
mkdirSync(releases);

const release = (version: string) => ({ version, command: ["a b", "c"], formats: { metabase: 1, spool: 2 } });
const record: TrialRecord = { from: release("1.0.0"), to: release("1.1.0"), sinceMs: 5 };

test("a trial is written whole, read back, and removed; nothing else is left beside it", () => {
  expect(readTrial(home)).toBeUndefined();
  expectGood(writeTrial(home, record));
  expect(readTrial(home)).toEqual(record);
  expect(readdirSync(releases)).toEqual(["trial.json"]);
  expectGood(removeTrial(home));
  expectGood(removeTrial(home));
  expect(readTrial(home)).toBeUndefined();
});

test("what is no record of ours is none", () => {
  const wrong = [
    "",
    "{",
    "null",
    "{}",
    JSON.stringify({ ...record, to: { version: "1.1.0" } }),
    JSON.stringify({ ...record, from: { ...record.from, command: [1] } }),
    JSON.stringify({ ...record, sinceMs: "5" }),
  ];
  for (const text of wrong) {
    writeFileSync(trialFile(home), text);
    expect(readTrial(home)).toBeUndefined();
  }
  rmSync(trialFile(home));
});

test.skipIf(process.getuid?.() !== 0)("the word of another user is not taken by root", () => {
  expectGood(writeTrial(home, record));
  chownSync(trialFile(home), 12_345, 12_345);
  expect(readTrial(home)).toBeUndefined();
  rmSync(trialFile(home));
});

test("the confirmed release is remembered with the one before", () => {
  const confirmed = { version: "1.1.0", previous: "1.0.0", atMs: 7 };
  expectGood(writeConfirmed(home, confirmed));
  expect(readConfirmed(home)).toEqual(confirmed);
});

test("a disk that takes nothing is a fault that names the file", () => {
  const written = writeTrial({ root: join(root, "nowhere"), from: "--home" }, record);
  expect(written.ok ? "" : written.error.attempted).toContain("trial.json");
});
