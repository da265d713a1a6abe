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

test("a file that was just written is open at once, for reading, and for no program that is started", () => {
  writeFileSync(at("ä.txt"), "said");
  const file = openCached(at("ä.txt"), constants.O_RDONLY | constants.O_NONBLOCK);
  if (file === undefined) throw new Error("it was not opened");
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
    readFileSync(path); // once, as the first way through a new link is written down in it, which memory alone does not do
    for (const file of [
      openCached(path, constants.O_RDONLY),
      openCached(at("real", "a.txt"), constants.O_RDONLY, "none"),
    ])
      if (file === undefined) throw new Error("it was not opened");
      else closeSync(file);
  }
});

test("what is not there, is shut by a file on its way, or has no path of the system is not opened", () => {
  mkdirSync(at("folder"));
  symlinkSync(at("nowhere"), at("link"));
  for (const path of [at("none"), at("ä.txt", "below"), at("link"), `${at("ä.txt")}\0`, `/${"x".repeat(5000)}`])
    expect(openCached(path, constants.O_RDONLY)).toBeUndefined();
});
