import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ownPlace } from "../place/own-place.ts";
import { SmallReleases } from "../testing/small-releases.ts";
import { fingerprintOf, keepFingerprint, knownFingerprint } from "./fingerprint.ts";
import { findMixture } from "./mixture.ts";

const made = new SmallReleases();
afterAll(() => made[Symbol.dispose]());
const cache = join(made.folder, "cache");
beforeAll(async () => {
  mkdirSync(cache);
  for (const it of ["0.2.0", "0.1.0"]) await made.installed((await made.build(it)).package);
});

const place = () => {
  const found = ownPlace(made.file("0.2.0", ""));
  if (found === undefined) throw new Error("no release");
  return found;
};
const at = (path: string): string => made.file("0.2.0", path);
const LATER_MS = 3_600_000;

test("a whole release is no mixture, and a clone is no release", () => {
  expect(findMixture(place(), undefined)).toBeUndefined();
  expect(ownPlace(made.folder)).toBeUndefined();
});

test("a file of another release is named with both versions and the command that mends it", () => {
  copyFileSync(made.file("0.1.0", "src/smtp/service.ts"), at("src/smtp/service.ts"));
  const fault = findMixture(place(), undefined);
  expect(fault?.subject).toMatchObject({ kind: "file", name: at("src/smtp/service.ts") });
  expect(fault?.because).toMatch(
    /^version 0\.2\.0 \([0-9a-f]{12}\) is expected, version 0\.1\.0 \([0-9a-f]{12}\) found$/,
  );
  expect(fault?.remedy).toContain("release repair 0.2.0 --root");
  expect(fault?.remedy).toContain(join("releases", "0.1.0", "inetsrv"));
  writeFileSync(at("src/smtp/service.ts"), "nobody has this");
  expect(findMixture(place(), undefined)?.because).toMatch(
    /^0\.2\.0 with [0-9a-f]{12} is expected, [0-9a-f]{12} found$/,
  );
  writeFileSync(at("src/smtp/service.ts"), "smtp of 0.2.0");
});

test("a missing file, one too many and a lost manifest are each named", () => {
  renameSync(at("src/same.ts"), at("src/other.ts"));
  expect(findMixture(place(), undefined)?.because).toContain("it is missing");
  copyFileSync(at("src/other.ts"), at("src/same.ts"));
  expect(findMixture(place(), undefined)?.subject.name).toBe(at("src/other.ts"));
  rmSync(at("src/other.ts"));
  const text = readFileSync(at("release.json"));
  writeFileSync(at("release.json"), "{}");
  expect(findMixture(place(), undefined)?.subject.name).toBe(at("release.json"));
  rmSync(at("release.json"));
  expect(findMixture(place(), undefined)?.because).toBe("there is no release.json");
  writeFileSync(at("release.json"), text);
});

test("a file in the place of a folder is named as any other", () => {
  renameSync(at("src"), at("was"));
  writeFileSync(at("src"), "no folder");
  expect(findMixture(place(), undefined)?.because).toContain("it is missing");
  rmSync(at("src"));
  renameSync(at("was"), at("src"));
});

test("what was written just now has no fingerprint; later it has one, and any write makes another", () => {
  const { folder } = place();
  expect(fingerprintOf(folder, Date.now())).toBeUndefined();
  const later = Date.now() + LATER_MS;
  const before = fingerprintOf(folder, later);
  expect(before).toBeDefined();
  const { atime, mtime } = statSync(at("src/same.ts"));
  const text = readFileSync(at("src/same.ts"), "utf8");
  writeFileSync(at("src/same.ts"), text.toUpperCase());
  utimesSync(at("src/same.ts"), atime, mtime);
  expect(fingerprintOf(folder, later)).not.toBe(before);
  writeFileSync(at("src/same.ts"), text);
  const again = fingerprintOf(folder, later);
  writeFileSync(at("more"), "");
  expect(fingerprintOf(folder, later)).not.toBe(again);
  rmSync(at("more"));
});

test("a fingerprint is believed only in a file that others cannot write", () => {
  keepFingerprint(cache, "folder", "a".repeat(64));
  expect(knownFingerprint(cache, "folder")).toBe("a".repeat(64));
  expect(knownFingerprint(cache, "other")).toBeUndefined();
  const [name = ""] = readdirSync(cache);
  chmodSync(join(cache, name), 0o620);
  expect(knownFingerprint(cache, "folder")).toBeUndefined();
  keepFingerprint(join(cache, name), "folder", "a".repeat(64)); // a cache that cannot be written is no failure
});

test("a fingerprint is kept in nobody else's cache, and through no link that waits there", () => {
  const theirs = join(made.folder, "theirs");
  keepFingerprint(theirs, "folder", "a".repeat(64));
  expect(existsSync(theirs)).toBe(false);
  symlinkSync(cache, theirs);
  rmSync(cache, { recursive: true });
  mkdirSync(cache);
  keepFingerprint(theirs, "folder", "a".repeat(64));
  expect(readdirSync(cache)).toEqual([]);
  keepFingerprint(cache, "folder", "a".repeat(64));
  const [name = ""] = readdirSync(cache);
  const victim = made.put("victim", "untouched");
  symlinkSync(victim, join(cache, `${name}.part-${process.pid}`));
  keepFingerprint(cache, "folder", "b".repeat(64));
  expect(knownFingerprint(cache, "folder")).toBe("b".repeat(64));
  expect(readFileSync(victim, "utf8")).toBe("untouched");
});

test("a package that was only unpacked proves itself too, and says what to do where nobody can repair it", async () => {
  const { folder } = await made.build("0.5.0");
  const unpacked = ownPlace(folder);
  expect(unpacked).toMatchObject({ root: undefined, version: "0.5.0" });
  if (unpacked === undefined) return;
  expect(findMixture(unpacked, undefined)).toBeUndefined();
  writeFileSync(join(folder, "src", "same.ts"), "changed");
  expect(findMixture(unpacked, undefined)?.remedy).toBe("Unpack the package of 0.5.0 again");
});
