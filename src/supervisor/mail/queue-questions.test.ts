// The questions about the queue on a real spool in a folder of its own: what they read of their questions, and what they leave behind.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { expectGood } from "../../base/result.ts";
import { openSpool } from "../../spool/open-spool.ts";
import { optionsFor, put } from "../../spool/testing/rig.ts";
import { decodeParameters, type Operation } from "../operation.ts";
import type { Count, MailFound, QueuePage } from "../operations/queue-answers.ts";
import { OwnMailDesk } from "./own-mail-desk.ts";
import { queueQuestions } from "./queue-questions.ts";

const root = mkdtempSync(join(tmpdir(), "queue-"));
const clock = new ManualClock(1_800_000_000_000);
const HOUR_MS = 3_600_000;
afterAll(() => rmSync(root, { recursive: true }));

const ask = async (name: string, given: JsonObject = {}, home = join(root, "home")) => {
  const row = queueQuestions.find((it) => it.name === name);
  if (row === undefined) throw new Error(`no question ${name}`);
  const decoded = decodeParameters(row as Operation<never>, given);
  if (!decoded.ok) return decoded;
  const desk = new OwnMailDesk({ home: { root: home, from: "--home" }, clock, report: () => {} });
  return desk.ask(name, decoded.value).finally(() => desk.close());
};
const answer = async <T>(name: string, given: JsonObject = {}, home?: string): Promise<T> =>
  expectGood(await ask(name, given, home)) as unknown as T;

let first = "";
beforeAll(async () => {
  const folder = join(root, "home", "spool");
  mkdirSync(folder, { recursive: true });
  const spool = expectGood(
    await openSpool(
      folder,
      optionsFor(clock, () => {}, "a"),
    ),
  );
  first = await put(spool, {
    to: ["anna@example.org", "bert@example.net"],
    source: { site: "smtp/sites/other 100%25" },
  });
  clock.advance(HOUR_MS);
  for (let n = 0; n < 4; n++)
    await put(spool, { to: [`c${n}@example.org`], sender: "", facts: { subject: `Re: "${n}" \\ Grüße` } });
  await spool.close();
});

test("a home without a queue has an empty one, and none is founded", async () => {
  const home = join(root, "empty");
  mkdirSync(join(home, "spool"), { recursive: true });
  expect(await answer("queue.summary", {}, home)).toEqual([]);
  expect(await answer<MailFound>("mail.find", { text: "x" }, home)).toEqual({ messages: [], more: false });
  expect(readdirSync(join(home, "spool"))).toEqual([]);
});

test("a link in place of the queue is not followed", async () => {
  const home = join(root, "trap");
  mkdirSync(join(home, "spool"), { recursive: true });
  symlinkSync(join(root, "home", "spool", "mail.sqlite"), join(home, "spool", "mail.sqlite"));
  expect(await answer("queue.summary", {}, home)).toEqual([]);
});

test("filters are read with their units, and pages follow each other", async () => {
  const count = async (given: JsonObject) => (await answer<Count>("queue.count", given)).recipients;
  expect(await count({})).toBe(6);
  expect(await count({ olderThan: "30m" })).toBe(2);
  expect(await count({ newerThan: "30m", sender: "<>" })).toBe(4);
  expect(await count({ site: "other 100%" })).toBe(2);
  expect(await count({ site: "smtp/sites/other 100%25", domain: "example.net" })).toBe(1);
  expect(await count({ status: "held" })).toBe(0);
  const seen: string[] = [];
  let next: QueuePage["next"] = null;
  do {
    const after: JsonObject = next === null ? {} : { afterId: next.id, afterRecipient: next.recipient };
    const page: QueuePage = await answer<QueuePage>("queue.find", { limit: 4, ...after });
    expect(page.count?.recipients).toBe(next === null ? 6 : undefined);
    seen.push(...page.found.map((it) => it.address));
    next = page.next;
  } while (next !== null);
  expect(new Set(seen).size).toBe(6);
  expect(await ask("queue.find", { olderThan: "soon", colour: "red" })).toMatchObject({
    ok: false,
    error: { reason: "wrong" },
  });
});

test("an order that says nothing of what is meant does nothing; everything must be said", async () => {
  const who = "anna";
  expect(await ask("queue.order", { what: "delete", who })).toMatchObject({ ok: false, error: { reason: "wrong" } });
  expect(await ask("queue.order", { what: "delete", status: "open", who })).toMatchObject({ ok: false });
  expect(await ask("queue.order", { what: "reroute", all: "yes", who })).toMatchObject({ ok: false });
  expect(await answer("queue.order", { what: "hold", all: "yes", who })).toMatchObject({ recipients: 6 });
  expect(await answer("queue.order", { what: "release", status: "held", who })).toMatchObject({ recipients: 6 });
  const sent = { what: "reroute", route: "backup", id: first, who };
  expect(await answer("queue.order", sent)).toMatchObject({ messages: 1, recipients: 2 });
});

test("mail is found by message, with some of those that fit; what is unknown is refused", async () => {
  const { messages } = await answer<MailFound>("mail.find", { text: "example.org" });
  expect(messages.map((it) => it.some)).toEqual([
    ["c3@example.org"],
    ["c2@example.org"],
    ["c1@example.org"],
    ["c0@example.org"],
    ["anna@example.org"],
  ]);
  const bySubject = await answer<MailFound>("mail.find", { text: 're: "2" \\ Grüße' });
  expect(bySubject.messages.map((it) => it.some)).toEqual([["c2@example.org"]]);
  expect(await answer("mail.story", { id: first })).toMatchObject({ message: { id: first }, more: 0 });
  for (const name of ["mail.story", "queue.piece"])
    expect(await ask(name, { id: "none" })).toMatchObject({ ok: false, error: { reason: "unknown" } });
  const piece = await answer<{ readonly base64: string }>("queue.piece", { id: first, from: 3 });
  expect(Buffer.from(piece.base64, "base64").toString()).toBe("lo\r\n");
});
