import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import type { Fault } from "../../base/fault.ts";
import type { Result } from "../../base/result.ts";
import { expectGood } from "../../base/result.ts";
import type { BuiltHotfix } from "../build/build-hotfix.ts";
import { compose, hashOf } from "../manifest/compose.ts";
import type { HotfixManifest } from "../manifest/manifest.ts";
import { findInstalled } from "../place/find-installed.ts";
import { switchCurrent } from "../place/switch-current.ts";
import { SmallReleases } from "../testing/small-releases.ts";
import { makePrivateKey, publicHalf, readPrivateKey } from "../trust/key.ts";

const made = new SmallReleases();
afterAll(() => made[Symbol.dispose]());
const because = (it: Result<unknown, Fault>): string => (it.ok ? "done" : it.error.because);
let fix1: BuiltHotfix;

beforeAll(async () => {
  await made.installed((await made.build("0.2.0")).package);
  fix1 = await made.hotfix("fix1", "0.2.0");
  await made.installed(fix1.package);
});

test("a hotfix makes a new complete release, and leaves its base as it was", () => {
  expect(readFileSync(made.file("0.2.0", "src/smtp/service.ts"), "utf8")).toBe("smtp of 0.2.0");
  expect(readFileSync(made.file("0.2.0+fix1", "src/smtp/service.ts"), "utf8")).toBe("smtp of fix1");
  for (const version of ["0.2.0", "0.2.0+fix1"]) expect(findInstalled(made.root, made.trust, version).ok).toBe(true);
  const { manifest } = made.read(made.file("0.2.0+fix1", ""));
  expect(manifest.base).toEqual({ version: "0.2.0", hotfixes: ["fix1"] });
  expect(manifest.files.get("src/smtp/service.ts")?.version).toBe("fix1");
  expect(manifest.files.get("src/start.ts")?.version).toBe("0.2.0");
});

test("a second one goes on top of the first, as the current release says", async () => {
  const fix2 = await made.hotfix("fix2", "0.2.0+fix1", { path: "src/more.ts", text: "a new file" });
  expect(fix2.prerequisites).toEqual(["fix1"]);
  expect(because(await made.install(fix2.package))).toBe("it needs fix1 first, which is not on 0.2.0");
  switchCurrent(made.root, "0.2.0+fix1");
  expect((await made.installed(fix2.package)).version).toBe("0.2.0+fix1.fix2");
  expect(findInstalled(made.root, made.trust, "0.2.0+fix1.fix2").ok).toBe(true);
  expect(readFileSync(made.file("0.2.0+fix1.fix2", "src/more.ts"), "utf8")).toBe("a new file");
});

test("twice, on another base, and on another build of its base, it is refused by name", async () => {
  expect(because(await made.install(fix1.package, { onto: "0.2.0+fix1" }))).toBe("it is on 0.2.0+fix1 already");
  expect(because(await made.install(fix1.package, { onto: "0.2.0" }))).toContain("it is installed already");
  await made.installed((await made.build("0.3.0")).package);
  expect(because(await made.install(fix1.package, { onto: "0.3.0" }))).toBe(
    "it is made for the base 0.2.0, not for 0.3.0",
  );
  expect(because(await made.install(fix1.package, { onto: "0.9.0" }))).toContain("0.9.0 is not installed");
  const other = new SmallReleases();
  await other.installed((await other.build("0.2.0", { madeMs: 3000 })).package);
  const trust = { ...other.trust, keys: [...other.trust.keys, ...made.trust.keys] };
  expect(because(await other.install(fix1.package, { trust }))).toContain("it is made for another build of 0.2.0");
  other[Symbol.dispose]();
});

test("two that replace the same file and do not know each other are refused", async () => {
  const rival = await made.hotfix("rival", "0.2.0", { text: "smtp of the rival" });
  expect(because(await made.install(rival.package, { onto: "0.2.0+fix1" }))).toBe(
    "it replaces src/smtp/service.ts of the hotfix fix1 and does not say that it was made with it in mind",
  );
  expect((await made.installed(rival.package, { onto: "0.2.0" })).version).toBe("0.2.0+rival");
});

test("a composed release is proved by the signatures of its parts, without the private key", () => {
  const file = made.file("0.2.0+fix1", "release.json");
  const text = readFileSync(file, "utf8");
  const stranger = publicHalf(expectGood(readPrivateKey(makePrivateKey())));
  expect(because(findInstalled(made.root, { keys: [stranger], unsigned: new Set() }, "0.2.0+fix1"))).toContain(
    "none of the keys",
  );
  // Another file in the list, with a signature for none of it.
  const { manifest } = made.read(made.file("0.2.0+fix1", ""));
  const hash = manifest.files.get("src/same.ts")?.sha256 ?? "";
  writeFileSync(file, text.replace(hash, "0".repeat(64)));
  expect(because(findInstalled(made.root, made.trust, "0.2.0+fix1"))).toContain(
    "not what its base and its hotfixes give",
  );
  writeFileSync(file, text);
  expect(because(findInstalled(made.root, made.trust, "0.2.0+fix1"))).toBe("done");
});

test("an unsigned hotfix makes an unsigned release, when it is allowed", async () => {
  const loose = await made.hotfix("loose", "0.2.0", { signed: false });
  expect(because(await made.install(loose.package, { onto: "0.2.0" }))).toBe("it is not signed");
  expect(await made.installed(loose.package, { onto: "0.2.0", allowUnsigned: true })).toMatchObject({ unsigned: true });
});

test("a base with a damaged file is not built upon", async () => {
  const fix3 = await made.hotfix("fix3", "0.2.0");
  const file = made.file("0.2.0", "src/same.ts");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, "changed by hand, and long");
  expect(because(await made.install(fix3.package, { onto: "0.2.0" }))).toContain("is expected");
  writeFileSync(file, text);
});

test("a hotfix with which the whole would be no release any more is neither built nor installed", async () => {
  for (const path of ["SRC/smtp/service.ts", "LICENSE/more"]) {
    const built = made.hotfix("clash", "0.2.0", { path });
    expect(await built.then(() => "built", String)).toContain("cannot lie beside each other");
  }
  const whole = made.read(made.file("0.2.0", ""));
  const row = { size: 0, sha256: "0".repeat(64), mode: "644", version: "clash" } as const;
  const clash: HotfixManifest = {
    id: "clash",
    base: { version: "0.2.0", sha256: hashOf(whole.signed.text) },
    platform: whole.manifest.platform,
    prerequisites: [],
    madeMs: 1,
    files: new Map([["LICENSE/more", row]]),
  };
  const composed = compose(whole, clash, { text: "", signature: null });
  expect(composed.ok ? "composed" : composed.error).toContain("with it 0.2.0 is no release any more");
});
