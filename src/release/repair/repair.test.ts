import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expectGood } from "../../base/result.ts";
import type { Built } from "../build/build-release.ts";
import { findInstalled } from "../place/find-installed.ts";
import { SmallReleases } from "../testing/small-releases.ts";
import { repair } from "./repair.ts";

const made = new SmallReleases();
afterAll(() => made[Symbol.dispose]());
let built: Built;
beforeAll(async () => {
  built = await made.build("0.2.0");
  await made.installed(built.package);
  await made.installed((await made.build("0.3.0")).package);
});
beforeEach(() => expect(isWhole()).toBe(true));

const at = (path: string): string => made.file("0.2.0", path);
const isWhole = (): boolean => findInstalled(made.root, made.trust, "0.2.0").ok;
const mend = async (from?: string) =>
  expectGood(await repair({ root: made.root, version: "0.2.0", trust: made.trust, from }));

test("a file that another release has too comes from there", async () => {
  writeFileSync(at("src/same.ts"), "changed");
  rmSync(at("LICENSE"));
  const { repaired, left } = await mend();
  expect(repaired.map((it) => [it.path, it.was, it.from])).toEqual([
    ["LICENSE", "missing", "0.3.0"],
    ["src/same.ts", "changed", "0.3.0"],
  ]);
  expect(left).toEqual([]);
});

test("what nobody has is named, and comes out of a package", async () => {
  rmSync(dirname(at("src/smtp/service.ts")), { recursive: true });
  expect((await mend()).left.map((it) => it.path)).toEqual(["src/smtp/service.ts"]);
  expect((await mend(built.package)).left).toEqual([]);
  expect(readFileSync(at("src/smtp/service.ts"), "utf8")).toBe("smtp of 0.2.0");
});

test("a folder with the release helps as a package does, even when other files of it are gone", async () => {
  writeFileSync(at("src/smtp/service.ts"), "changed");
  rmSync(join(built.folder, "LICENSE"));
  expect((await mend(built.folder)).left).toEqual([]);
});

test("what does not belong there is set aside and kept, links too; modes are set", async () => {
  writeFileSync(at("src/smtp/more.ts"), "mine");
  symlinkSync("/", at("src/root"));
  chmodSync(at("src/start.ts"), 0o666);
  const { repaired } = await mend();
  expect(repaired.map((it) => [it.path, it.was])).toEqual([
    ["src/start.ts", "mode"],
    ["src/root", "unlisted"],
    ["src/smtp/more.ts", "unlisted"],
  ]);
  expect(existsSync(join(made.root, "set-aside"))).toBe(true);
});

test("a link in the place of a file is replaced, and what it leads to is not written", async () => {
  const elsewhere = made.put("elsewhere", "not ours");
  rmSync(at("src/same.ts"));
  symlinkSync(elsewhere, at("src/same.ts"));
  expect((await mend()).left).toEqual([]);
  expect(readFileSync(elsewhere, "utf8")).toBe("not ours");
});

test("a link or a file in the place of a folder goes first, and then nothing is missing", async () => {
  const elsewhere = join(made.folder, "elsewhere-src");
  cpSync(at("src"), elsewhere, { recursive: true });
  chmodSync(join(elsewhere, "start.ts"), 0o600);
  rmSync(at("src"), { recursive: true });
  symlinkSync(elsewhere, at("src"));
  expect((await mend(built.package)).left).toEqual([]);
  expect(isWhole()).toBe(true);
  expect(statSync(join(elsewhere, "start.ts")).mode & 0o777).toBe(0o600);
  rmSync(at("src"), { recursive: true });
  writeFileSync(at("src"), "no folder");
  expect((await mend(built.package)).left).toEqual([]);
});

test("files of one content come back in each of their places out of one package", async () => {
  const twins = await made.build("0.4.0", { more: { "src/one.ts": "twin", "src/other.ts": "twin" } });
  await made.installed(twins.package);
  for (const it of ["src/one.ts", "src/other.ts"]) rmSync(made.file("0.4.0", it));
  const repaired = await repair({ root: made.root, version: "0.4.0", trust: made.trust, from: twins.package });
  expect(expectGood(repaired).left).toEqual([]);
  expect(findInstalled(made.root, made.trust, "0.4.0").ok).toBe(true);
});

test("a manifest that is lost comes out of a package that is signed, and from nowhere else", async () => {
  writeFileSync(at("release.json"), "{}");
  const refused = await repair({ root: made.root, version: "0.2.0", trust: made.trust });
  expect(refused.ok ? "" : refused.error.remedy).toContain("--from PACKAGE");
  const foreign = { keys: [], unsigned: new Set<string>() };
  expect((await repair({ root: made.root, version: "0.2.0", trust: foreign, from: built.package })).ok).toBe(false);
  expect((await mend(built.package)).repaired.map((it) => it.path)).toEqual(["release.json"]);
});

test("a release with a hotfix whose manifest is lost comes back out of the package of that hotfix and its base", async () => {
  const fix = await made.hotfix("fix1", "0.2.0");
  await made.installed(fix.package);
  const file = made.file("0.2.0+fix1", "release.json");
  const text = readFileSync(file, "utf8");
  rmSync(file);
  rmSync(made.file("0.2.0+fix1", "src/smtp/service.ts"));
  const fixed = { root: made.root, version: "0.2.0+fix1", trust: made.trust };
  for (const from of [undefined, built.package]) {
    const refused = await repair({ ...fixed, from });
    expect(refused.ok ? "" : refused.error.remedy).toContain("the package of its last hotfix");
  }
  expect(expectGood(await repair({ ...fixed, from: fix.package })).left).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(findInstalled(made.root, made.trust, "0.2.0+fix1").ok).toBe(true);
});

test("a program that would run as its owner for everybody is not what was made", async () => {
  chmodSync(at("runtime/bun"), 0o4755);
  expect((await mend()).repaired.map((it) => [it.path, it.was])).toEqual([["runtime/bun", "mode"]]);
  expect(statSync(at("runtime/bun")).mode & 0o7777).toBe(0o755);
});
