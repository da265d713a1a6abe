import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findHome, roomPath } from "../base/home.ts";
import { expectGood } from "../base/result.ts";
import { duplicate } from "../net/system/system-calls.ts";
import { lackOfHome, makeHome } from "./home-folders.ts";
import { holdHome, shareHome } from "./home-holder.ts";

const folder = mkdtempSync(join(tmpdir(), "holder "));
afterAll(() => rmSync(folder, { recursive: true }));

test("one has a home at a time, and the other is told who", () => {
  const home = findHome(join(folder, "one"), undefined, "");
  const first = expectGood(holdHome(home, "server", 5));
  expect(first.fallen).toBeUndefined();
  const second = holdHome(home, "command", 6);
  expect(second.ok ? "" : second.error.fault.because).toBe(`a running server (process ${process.pid}) has it`);
  first.tellEnding();
  const ending = holdHome(home, "server", 6);
  expect(ending.ok ? "" : ending.error.fault.because).toBe(
    `a server that is ending (process ${process.pid}) still has it`,
  );
  first.release();
  const third = expectGood(holdHome(home, "command", 7));
  expect(third.fallen).toBeUndefined();
  third.release();
});

test("a server that did not give its home back in order is known to the next", () => {
  const home = findHome(join(folder, "two"), undefined, "");
  expectGood(holdHome(home, "server", 5)).release();
  const path = roomPath(home, "run", "server.json");
  Bun.spawnSync(["sh", "-c", `printf '{"role":"server","pid":7,"sinceMs":5}' > '${path}'`]);
  const held = expectGood(holdHome(home, "server", 9));
  expect(held.fallen).toEqual({ role: "server", pid: 7, sinceMs: 5 });
  held.release();
});

test("a home is made with closed folders for what is the server's own", () => {
  const home = findHome(join(folder, "three"), undefined, "");
  expect(lackOfHome(home)?.because).toContain("--home");
  expectGood(makeHome(home));
  expect(lackOfHome(home)).toBeUndefined();
  expect(statSync(roomPath(home, "keys")).mode & 0o777).toBe(0o700);
  expect(statSync(roomPath(home, "logs")).mode & 0o777).toBe(0o750);
});

test("a folder that cannot be made is told with its name", () => {
  const made = makeHome(findHome("/proc/nowhere", undefined, "")); // system path
  expect(made.ok ? "" : made.error.attempted).toContain("nowhere");
});

test("a server that was given the lock holds the home too, says so, and leaves it to the other", () => {
  const home = findHome(join(folder, "four"), undefined, "");
  const giver = expectGood(holdHome(home, "server", 5));
  giver.tellEnding();
  const taker = shareHome(home, expectGood(duplicate(giver.fd)), 6);
  const asked = holdHome(home, "command", 7);
  expect(asked.ok ? "" : asked.error.fault.because).toBe(`a running server (process ${process.pid}) has it`);
  giver.leave();
  expect(holdHome(home, "server", 8).ok).toBe(false);
  taker.leave();
  const next = expectGood(holdHome(home, "server", 9));
  expect(next.fallen?.sinceMs).toBe(6);
  next.release();
});
