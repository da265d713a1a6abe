import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import { bad, expectGood, good } from "../../base/result.ts";
import { openSpool } from "../../spool/open-spool.ts";
import type { MailSpool } from "../../spool/spool.ts";
import { useLock } from "../../spool/spool-lock.ts";
import { optionsFor } from "../../spool/testing/rig.ts";
import { trouble } from "../../spool/trouble.ts";
import { KeptSpool } from "./kept-spool.ts";

const KEPT_OPEN_MS = 2000;

async function rig() {
  const root = mkdtempSync(join(tmpdir(), "kept-"));
  const folder = join(root, "spool");
  mkdirSync(folder);
  const clock = new ManualClock(1_800_000_000_000);
  const silent = () => {};
  await expectGood(await openSpool(folder, optionsFor(clock, silent, "a"))).close();
  const kept = new KeptSpool({ home: { root, from: "--home" }, clock, report: () => {} });
  const seen = new Set<MailSpool>();
  return {
    kept,
    clock,
    /** How often it was opened so far. */
    get openings() {
      return seen.size;
    },
    ask: () =>
      kept.ask("Cannot ask", async (spool) => {
        seen.add(spool);
        return spool.summary();
      }),
    isOpen() {
      const alone = useLock(folder, "alone");
      if (alone.ok) alone.value.release();
      return !alone.ok;
    },
    async [Symbol.asyncDispose]() {
      await kept.close();
      rmSync(root, { recursive: true });
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("questions together and one after the other find it open, and a moment after the last it is closed", async () => {
  await using it = await rig();
  await Promise.all([it.ask(), it.ask()]);
  it.clock.advance(KEPT_OPEN_MS - 1);
  expectGood(await it.ask());
  it.clock.advance(KEPT_OPEN_MS - 1);
  expect([it.openings, it.isOpen()]).toEqual([1, true]);
  it.clock.advance(1);
  while (it.isOpen()) await turn();
  expectGood(await it.ask());
  expect(it.openings).toBe(2);
});

test("however long a question takes, it is not closed before the answer", async () => {
  await using it = await rig();
  await it.ask();
  const answer = await it.kept.ask("Cannot ask", async (spool) => {
    it.clock.advance(10 * KEPT_OPEN_MS);
    await turn();
    return spool.summary();
  });
  expect(answer).toEqual(good([]));
});

test("after trouble the next question opens it anew, and the one that failed says what it was for", async () => {
  await using it = await rig();
  await it.ask();
  const failed = await it.kept.ask("Cannot ask", async () => bad(trouble("damaged", "it is damaged")));
  expect(failed).toMatchObject({ ok: false, error: { sentence: expect.stringContaining("Cannot ask") } });
  await it.ask();
  expect(it.openings).toBe(2);
});

test("at the end it is closed whoever asks, and nobody is left without an answer", async () => {
  await using it = await rig();
  const answer = it.kept.ask("Cannot ask", async (spool) => {
    await it.kept.close();
    return spool.summary();
  });
  expect(await answer).toMatchObject({ ok: false, error: { reason: "unavailable" } });
  expect(it.isOpen()).toBe(false);
});
