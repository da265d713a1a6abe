import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Home } from "../base/home.ts";
import { AccessLogFolders } from "./access-log-folders.ts";

const root = mkdtempSync(join(realpathSync(tmpdir()), "inetsrv folders ü "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NOBODY = { uid: 65_534, gid: 65_534 };
let count = 0;
let home: Home;
beforeEach(() => {
  home = { root: join(root, `home ${count++}`), from: "--home" };
  mkdirSync(join(home.root, "logs"), { recursive: true });
  chmodSync(join(home.root, "logs"), 0o750);
});
const inHome = (...names: readonly string[]): string => join(home.root, ...names);
const mode = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(process.getuid?.() !== 0)("started as root (needs root)", () => {
  test("the folder of a site is made, its service's own, and can be reached", () => {
    new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", {});
    const folder = inHome("logs", "W3SVC-default");
    expect([statSync(folder).uid, mode(folder), mode(inHome("logs"))]).toEqual([NOBODY.uid, 0o750, 0o751]);
    new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", {});
    new AccessLogFolders(home, NOBODY).prepare("SMTPSVC", "x", { accessLogFolder: "other/place" });
    expect(statSync(inHome("other", "place", "SMTPSVC-x")).uid).toBe(NOBODY.uid);
    expect(mode(inHome("other", "place"))).toBe(0o755);
  });

  test("a folder of another user of services is handed over", () => {
    new AccessLogFolders(home, { uid: 1234, gid: 1234 }).prepare("W3SVC", "default", {});
    new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", {});
    expect(statSync(inHome("logs", "W3SVC-default")).uid).toBe(NOBODY.uid);
  });

  test("a folder that was given before can be reached as well, whoever made the way", () => {
    mkdirSync(inHome("logs", "W3SVC-default"));
    chownSync(inHome("logs", "W3SVC-default"), NOBODY.uid, NOBODY.gid);
    new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", {});
    expect(mode(inHome("logs"))).toBe(0o751);
  });

  test("root follows no link, and makes nothing below a folder of others", () => {
    const victim = join(root, `victim ${count}`);
    mkdirSync(victim);
    symlinkSync(victim, inHome("logs", "W3SVC-default"));
    new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", {});
    expect(statSync(victim).uid).toBe(0);
    mkdirSync(inHome("content"));
    chownSync(inHome("content"), NOBODY.uid, NOBODY.gid);
    symlinkSync(victim, inHome("content", "logs"));
    for (const accessLogFolder of ["content", "content/logs", "content/new"])
      new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", { accessLogFolder });
    expect(existsSync(join(victim, "W3SVC-default"))).toBe(false);
    expect(existsSync(inHome("content", "W3SVC-default"))).toBe(false);
    expect(existsSync(inHome("content", "new"))).toBe(false);
  });

  test("where it cannot be made, nothing throws", () => {
    new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", { accessLogFolder: join(import.meta.path, "x") });
    new AccessLogFolders({ ...home, root: "" }, NOBODY).prepare("W3SVC", "default", { accessLogFolder: 7 });
  });
});

test("nothing is made where services run as the server itself, or for a site without a log", () => {
  new AccessLogFolders(home, null).prepare("W3SVC", "default", {});
  new AccessLogFolders(home, NOBODY).prepare("W3SVC", "default", { accessLog: "off" });
  expect(existsSync(inHome("logs", "W3SVC-default"))).toBe(false);
  expect(mode(inHome("logs"))).toBe(0o750);
});
