// Root asks about mail that another user keeps: by real processes, as a real user without rights.
import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, ManualClock, systemClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { openSpool } from "../../spool/open-spool.ts";
import { optionsFor, put } from "../../spool/testing/rig.ts";
import { openMailDesk } from "./open-mail-desk.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const SECRET = "nobody is to know this";
const KEPT_MS = 5000;
const program = join(import.meta.dir, "..", "testing", "clerk-main.ts");
const root = mkdtempSync(join(tmpdir(), "clerk-"));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true }));

const desk = (
  home: string,
  { version = "test", command = [process.execPath, program], clock = systemClock as Clock } = {},
) =>
  openMailDesk({
    home: { root: home, from: "--home" },
    clock,
    report: () => {},
    command,
    identity: () => ({ version, files: {} }),
    write: () => {},
  });

/** A home with a spool that belongs to the user, with a large message in it; its id. */
async function house(name: string): Promise<{ readonly home: string; readonly spool: string; readonly id: string }> {
  const home = join(root, name);
  const spool = join(home, "spool");
  mkdirSync(spool, { recursive: true });
  const silent = () => {};
  const opened = expectGood(await openSpool(spool, optionsFor(systemClock, silent, name)));
  const id = await put(opened, {}, "x".repeat(300_000));
  await opened.close();
  for (const it of [".", ...readdirSync(spool, { recursive: true }).map(String)])
    chownSync(join(spool, it), NOBODY, NOBODY);
  return { home, spool, id };
}

/** Processes of ours that answer such questions. */
const clerks = (): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      const [, , , parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) | /);
      return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(program);
    } catch {
      return false;
    }
  });

describe.skipIf(!isRoot)("mail of another user, asked about by root", () => {
  test("it is answered, also much at a time, and what was made meanwhile belongs to him", async () => {
    const { home, spool, id } = await house("plain");
    for (const name of ["use.lock", "reserve"]) rmSync(join(spool, name), { force: true });
    const mail = desk(home);
    const asked = Array.from({ length: 20 }, () => mail.ask("queue.piece", { id, from: 262_144 }));
    for (const it of await Promise.all(asked))
      expect(it).toMatchObject({ ok: true, value: { sizeBytes: 300_000, base64: expect.any(String) } });
    expect(expectGood(await mail.ask("queue.summary", {}))).toMatchObject([{ destination: "example.org" }]);
    expect(await mail.ask("mail.story", { id: "none" })).toMatchObject({ ok: false, error: { reason: "unknown" } });
    await mail.close();
    const owners = new Set(readdirSync(spool).map((it) => statSync(join(spool, it)).uid));
    expect([[...owners], readdirSync(spool).includes("reserve")]).toEqual([[NOBODY], true]);
  });

  test("a link in place of a body shows nothing that only root may read", async () => {
    const { home, spool, id } = await house("body");
    const secret = join(root, "secret");
    writeFileSync(secret, SECRET.padEnd(300_000), { mode: 0o600 });
    const body = join(spool, "bodies", `${id}.eml`);
    renameSync(body, `${body}.away`);
    symlinkSync(secret, body);
    const mail = desk(home);
    const answer = await mail.ask("queue.piece", { id });
    await mail.close();
    expect(answer).toMatchObject({ ok: false, error: { sentence: expect.stringContaining("permission denied") } });
  });

  test("a link in place of the folder of bad mail lists and removes nothing of root's", async () => {
    const { home, spool } = await house("badmail");
    const theirs = join(root, "theirs");
    mkdirSync(theirs, { mode: 0o700 });
    writeFileSync(join(theirs, "x.BAD"), SECRET);
    const folder = join(spool, "Badmail");
    symlinkSync(theirs, folder);
    const mail = desk(home);
    for (const question of ["badmail.list", "badmail.show", "badmail.delete"])
      expect(await mail.ask(question, { id: "x", folder, pickup: spool })).toMatchObject({ ok: false });
    await mail.close();
    expect(existsSync(join(theirs, "x.BAD"))).toBe(true);
  });

  test("bad mail that is sent again belongs to him", async () => {
    const { home, spool } = await house("resent");
    const [folder, pickup] = [join(spool, "Badmail"), join(spool, "Pickup")];
    for (const it of [folder, pickup]) {
      mkdirSync(it);
      chownSync(it, NOBODY, NOBODY);
    }
    writeFileSync(join(folder, "x.BAD"), "To: a@b.example\r\n\r\n");
    const mail = desk(home);
    expectGood(await mail.ask("badmail.resend", { id: "x", folder, pickup }));
    await mail.close();
    expect(statSync(join(pickup, "resent-x.eml"))).toMatchObject({ uid: NOBODY, gid: NOBODY });
  });

  test("one process answers all, and is gone a moment after the last answer", async () => {
    const { home } = await house("kept");
    const clock = new ManualClock();
    const mail = desk(home, { clock });
    await mail.ask("queue.summary", {});
    const first = clerks();
    clock.advance(KEPT_MS - 1);
    await mail.ask("queue.summary", {});
    expect([first.length, clerks()]).toEqual([1, first]);
    clock.advance(KEPT_MS);
    while (clerks().length > 0) await new Promise((resolve) => setImmediate(resolve));
    expectGood(await mail.ask("queue.summary", {}));
    await mail.close();
    expect(clerks()).toEqual([]);
  });

  test("one that is killed costs an answer that says so, and the next question starts another", async () => {
    const { home } = await house("killed");
    const mail = desk(home);
    await mail.ask("queue.summary", {});
    for (const pid of clerks()) process.kill(Number(pid), "SIGKILL");
    const answer = await mail.ask("queue.summary", {});
    expect(answer).toMatchObject({ ok: false, error: { sentence: expect.stringContaining("SIGKILL") } });
    expectGood(await mail.ask("queue.summary", {}));
    await mail.close();
  });

  test("one of another release answers nothing", async () => {
    const { home } = await house("release");
    const mail = desk(home, { version: "other" });
    const answer = await mail.ask("queue.summary", {});
    expect(answer).toMatchObject({ ok: false, error: { sentence: expect.stringContaining("another release") } });
    await mail.close();
  });
});

test("mail of our own is answered without another process", async () => {
  const home = join(root, "own");
  mkdirSync(join(home, "spool"), { recursive: true });
  const mail = desk(home, { command: ["/nothing/there"] });
  expect(expectGood(await mail.ask("queue.summary", {}))).toEqual([]);
  await mail.close();
});
