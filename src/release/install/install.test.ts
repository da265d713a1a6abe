import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Fault } from "../../base/fault.ts";
import type { Result } from "../../base/result.ts";
import type { Built } from "../build/build-release.ts";
import { tarEnd, tarFilling, tarHeader } from "../parcel/tar-writer.ts";
import { findInstalled } from "../place/find-installed.ts";
import { linkedVersion, versionsIn } from "../place/install-root.ts";
import { switchCurrent } from "../place/switch-current.ts";
import { SmallReleases } from "../testing/small-releases.ts";

const made = new SmallReleases();
afterAll(() => made[Symbol.dispose]());
let first: Built;
beforeAll(async () => {
  first = await made.build("0.2.0");
  await made.installed(first.package);
});

const because = (it: Result<unknown, Fault>): string => (it.ok ? "done" : it.error.because);
const releases = (): readonly string[] => readdirSync(join(made.root, "releases")).sort();

test("a package is installed whole, found again, and started by its own program", () => {
  const found = findInstalled(made.root, made.trust, "0.2.0");
  expect(found.ok && found.value.command[0]).toBe(made.file("0.2.0", "runtime/bun"));
  expect(found.ok && found.value.command.at(-1)).toBe(made.file("0.2.0", "src/start.ts"));
  expect(found.ok && found.value.formats.spool.reads).toEqual([1]);
  expect(readFileSync(made.file("0.2.0", "src/start.ts"), "utf8")).toBe("start of 0.2.0");
  expect(statSync(made.file("0.2.0", "runtime/bun")).mode & 0o777).toBe(0o755);
  expect(existsSync(made.file("0.2.0", "src/smtp/service.test.ts"))).toBe(false);
});

test.each([".tar", ".tar.gz", ".tar.zst"])("from a package ending with %s, and from its folder", async (ending) => {
  const built = await made.build(`0.3.${ending.length}`, { ending });
  await made.installed(built.package);
  rmSync(join(made.root, "releases", built.version), { recursive: true });
  await made.installed(built.folder);
  expect(findInstalled(made.root, made.trust, built.version).ok).toBe(true);
});

test("the first one of a root, killed before it became the current one, is finished by doing it again", async () => {
  const { ino } = statSync(made.file("0.2.0", "src/start.ts"));
  expect(await made.installed(first.package)).toMatchObject({ version: "0.2.0", unsigned: false });
  expect(statSync(made.file("0.2.0", "src/start.ts")).ino).toBe(ino);
  writeFileSync(made.file("0.2.0", "src/start.ts"), "changed");
  expect(because(await made.install(first.package))).toContain("it is installed already");
  writeFileSync(made.file("0.2.0", "src/start.ts"), "start of 0.2.0");
});

test("one that is there already is left alone", async () => {
  switchCurrent(made.root, "0.2.0");
  expect(because(await made.install(first.package))).toContain("it is installed already");
  rmSync(join(made.root, "current"));
});

test("a package of somebody else, and one that nobody has signed, are refused and leave nothing", async () => {
  const before = releases();
  const other = new SmallReleases();
  const foreign = await other.build("0.4.0");
  expect(because(await made.install(foreign.package))).toBe("none of the keys in release-keys/ has signed it as it is");
  other[Symbol.dispose]();
  const unsigned = await made.build("0.4.1", { signed: false });
  expect(because(await made.install(unsigned.package))).toBe("it is not signed");
  expect(releases()).toEqual(before);
});

test("an unsigned one that is allowed says so ever after, and only itself is allowed", async () => {
  const unsigned = await made.build("0.4.2", { signed: false });
  expect(await made.installed(unsigned.package, { allowUnsigned: true })).toMatchObject({
    unsigned: true,
    signedBy: [],
  });
  expect(readFileSync(join(made.root, "release-keys", "unsigned.txt"), "utf8")).toMatch(/^[0-9a-f]{64} 0\.4\.2\n$/);
  expect(because(findInstalled(made.root, made.trust, "0.4.2"))).toBe("it is not signed");
});

test("a signature that was taken off, or is none, is not taken for a release that nobody has signed", async () => {
  const built = await made.build("0.4.3");
  writeFileSync(join(built.folder, "release.json.sig"), "garbage");
  expect(because(await made.install(built.folder, { allowUnsigned: true }))).toContain("none of the keys");
});

test("a file that is not what the manifest says is refused by name, and leaves nothing", async () => {
  const built = await made.build("0.5.0");
  writeFileSync(join(built.folder, "src", "start.ts"), "start of 0.5.1");
  const refused = await made.install(built.folder);
  expect(because(refused)).toMatch(/^0\.5\.0 with [0-9a-f]{12} is expected, [0-9a-f]{12} found$/);
  expect(refused.ok ? "" : refused.error.subject.name).toEndWith("/src/start.ts");
  writeFileSync(join(built.folder, "src", "start.ts"), "x".repeat(10_000));
  expect(because(await made.install(built.folder))).toBe("it is longer than 14 bytes");
  rmSync(join(built.folder, "src", "start.ts"));
  symlinkSync("/etc/hostname", join(built.folder, "src", "start.ts"));
  expect((await made.install(built.folder)).ok).toBe(false);
  expect(releases().filter((it) => it.startsWith("0.5"))).toEqual([]);
});

test("an archive with more, with less, or with another order than its manifest is refused", async () => {
  const built = await made.build("0.5.1");
  const manifest = made.read(built.folder).manifest;
  const entry = (path: string, bytes = readFileSync(join(built.folder, path))) => [
    tarHeader(path, bytes.length, "644"),
    bytes,
    tarFilling(bytes.length),
  ];
  const head = [...entry("release.json"), ...entry("release.json.sig")];
  const all = [...manifest.files.keys()].flatMap((it) => entry(it));
  const pack = async (name: string, parts: readonly Uint8Array[]) => {
    const file = join(made.folder, name);
    writeFileSync(file, gzipSync(Buffer.concat([...parts, tarEnd()])));
    return because(await made.install(file));
  };
  expect(await pack("more", [...head, ...all, ...entry("../../escape", Buffer.from("x"))])).toContain("does not list");
  expect(await pack("twice", [...head, ...entry("LICENSE"), ...entry("LICENSE")])).toContain("does not list");
  expect(await pack("longer", [...head, ...entry("LICENSE", Buffer.alloc(1e6))])).toContain("does not list");
  expect(await pack("less", [...head, ...all.slice(0, -3)])).toContain("is missing in it");
  expect(await pack("order", [...all, ...head])).toContain("does not begin with the manifest");
  expect(await pack("cut", head)).toContain("is missing in it");
  expect(await pack("bomb", entry("release.json", Buffer.alloc(9 * 1024 * 1024)))).toContain("too large");
  expect(await pack("right", [...head, ...all])).toBe("done");
});

test("what a killed installation has left counts as nothing, and the next one removes it", async () => {
  const dead = Bun.spawnSync(["true"]).pid;
  mkdirSync(join(made.root, "releases", `0.6.0.part-${dead}`, "src"), { recursive: true });
  expect(versionsIn(made.root)).not.toContain(`0.6.0.part-${dead}`);
  const built = await made.build("0.6.0");
  expect((await made.installed(built.package)).swept).toEqual([`0.6.0.part-${dead}`]);
});

test("one for another machine is refused", async () => {
  const built = await made.build("0.7.0");
  const text = readFileSync(join(built.folder, "release.json"), "utf8");
  writeFileSync(join(built.folder, "release.json"), text.replace(/"platform": ".*"/, '"platform": "plan9-mips"'));
  rmSync(join(built.folder, "release.json.sig"));
  expect(because(await made.install(built.folder, { allowUnsigned: true }))).toContain("made for plan9-mips");
});

test("the current release is switched by a link, and the one before is remembered", () => {
  expect(because(switchCurrent(made.root, "9.9.9"))).toContain("not installed");
  expect(switchCurrent(made.root, "0.2.0").ok).toBe(true);
  expect(switchCurrent(made.root, "0.6.0").ok).toBe(true);
  expect([linkedVersion(made.root, "current"), linkedVersion(made.root, "previous")]).toEqual(["0.6.0", "0.2.0"]);
  expect(readFileSync(join(made.root, "current", "src", "start.ts"), "utf8")).toBe("start of 0.6.0");
  expect(switchCurrent(made.root, "0.6.0").ok).toBe(true);
  expect(linkedVersion(made.root, "previous")).toBe("0.2.0");
});
