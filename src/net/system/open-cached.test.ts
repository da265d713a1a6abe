import { afterAll, expect, test } from "bun:test";
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCached } from "./open-cached.ts";

const root = mkdtempSync(join(tmpdir(), "inetsrv open ü "));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: readonly string[]): string => join(root, ...names);

/** What was just written or read lies in memory, but the system may say otherwise while somebody renames anything at all. */
function opened(path: string, ...more: [flags: number, links?: "none"]): number {
  for (let time = 0; time < 1000; time++) {
    readFileSync(path);
    const file = openCached(path, ...more);
    if (file !== undefined) return file;
  }
  throw new Error("it was not opened");
}

test("a file that was just written is open at once, for reading, and for no program that is started", () => {
  writeFileSync(at("ä.txt"), "said");
  const file = opened(at("ä.txt"), constants.O_RDONLY | constants.O_NONBLOCK);
  expect(readFileSync(file, "utf8")).toBe("said");
  expect(readlinkSync(`/proc/self/fd/${file}`)).toBe(at("ä.txt"));
  const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${file}`, "utf8"))?.[1] ?? "";
  expect(Number.parseInt(flags, 8) & 0o2000000).toBe(0o2000000);
  closeSync(file);
});

test("where no link may be followed, none is, wherever it stands on the way", () => {
  mkdirSync(at("real"));
  writeFileSync(at("real", "a.txt"), "a");
  symlinkSync("real", at("way"));
  symlinkSync("a.txt", at("real", "b.txt"));
  for (const path of [at("way", "a.txt"), at("real", "b.txt")]) {
    expect(openCached(path, constants.O_RDONLY, "none")).toBeUndefined();
    closeSync(opened(path, constants.O_RDONLY));
    closeSync(opened(at("real", "a.txt"), constants.O_RDONLY, "none"));
  }
});

test("what is not there, is shut by a file on its way, or has no path of the system is not opened", () => {
  mkdirSync(at("folder"));
  symlinkSync(at("nowhere"), at("link"));
  for (const path of [at("none"), at("ä.txt", "below"), at("link"), `${at("ä.txt")}\0`, `/${"x".repeat(5000)}`])
    expect(openCached(path, constants.O_RDONLY)).toBeUndefined();
});
