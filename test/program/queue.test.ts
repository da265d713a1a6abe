// The verbs of the queue through the real program: they see and change what waits, whether the server runs or not, and
// leave nothing behind that the services could not use.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "../../src/base/clock.ts";
import { expectGood } from "../../src/base/result.ts";
import { openSpool } from "../../src/spool/open-spool.ts";
import { optionsFor, put, recipient } from "../../src/spool/testing/rig.ts";
import type { Count, MailFound, QueuePage, Story, SummaryRow } from "../../src/supervisor/operations/queue-answers.ts";
import { siteFolder } from "../mail/site-folder.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";

let ground: Ground;
const LETTERS = 6;
const HOUR_MS = 3_600_000;
const site = { fullyQualifiedName: "mail.example", defaultDomain: "house.example", smartHost: "[127.0.0.1]:1" };

beforeAll(async () => {
  ground = await Ground.up({ services: ["smtp"], document: { smtp: { sites: { default: site } } } });
  const pickup = siteFolder(ground.program.home, "Pickup");
  await eventually("the pickup folder", () => statSync(pickup, { throwIfNoEntry: false }) !== undefined);
  for (let n = 0; n < LETTERS; n++)
    writeFileSync(
      join(pickup, `${n}.eml`),
      `From: erp@house.example\r\nTo: ada${n}@far.example\r\nSubject: letter ${n}\r\n\r\nHello\r\n`,
    );
  await eventually("attempts at all of them", async () => {
    const { found } = await ground.ask<QueuePage>("queue.find", {});
    return found.length === LETTERS && found.every((it) => it.attempts > 0 && it.status === "queued");
  });
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

const json = <T>(...words: readonly string[]): Promise<T> => ground.program.json<T>(...words);

/** What is asked and ordered alike while the server runs and while it is down. */
function asks(): void {
  test("what waits is summed up, listed, and found by its parts", async () => {
    const rows = await json<readonly SummaryRow[]>("queue", "summary");
    expect(rows.reduce((sum, it) => sum + it.recipients, 0)).toBe(LETTERS);
    const list = await json<QueuePage>("queue", "list", "--recipient", "ada3@*");
    expect(list.found.map((it) => it.address)).toEqual(["ada3@far.example"]);
    expect((await json<QueuePage>("queue", "list", "--error", "refuses")).count?.recipients).toBe(LETTERS);
    expect((await json<QueuePage>("queue", "list", "--older-than", "1d")).count?.recipients).toBe(0);
    expect((await json<QueuePage>("queue", "find", "ada4")).count?.messages).toBe(1);
  });

  test("many are changed behind a preview only, and all that is held is released", async () => {
    const held = ["queue", "hold", "--domain", "far.example"];
    const preview = await ground.program.run(...held);
    expect(preview.code).toBe(2);
    expect(preview.err).toContain(`It would hold ${LETTERS} messages to ${LETTERS} recipients`);
    const done = await json<Count>(...held, "--yes");
    expect(done.recipients).toBe(LETTERS);
    const { found } = await json<QueuePage>("queue", "list", "--status", "held");
    expect(found).toHaveLength(LETTERS);
    expect((await json<Count>("queue", "release", "--all", "--yes")).recipients).toBe(LETTERS);
    expect((await ground.program.run("queue", "delete")).code).toBe(2);
  });

  test("the story of a message tells where it came from, and what was ordered by whom", async () => {
    const { found } = await json<QueuePage>("queue", "find", "ada1");
    const id = found[0]?.message.id ?? "";
    const story = await json<Story>("mail", "find", id);
    expect(story.message.facts).toMatchObject({ file: "1.eml", subject: "letter 1" });
    expect(story.happenings.map((it) => it.what)).toContain("release");
    const text = await ground.program.must("queue", "show", id);
    expect(text).toContain("by the pickup folder");
    expect((await ground.program.run("mail", "find", "nobody@nowhere.example")).code).toBe(4);
  });

  test("an export is files that a pickup folder takes", async () => {
    const folder = join(ground.program.folder, `out-${crypto.randomUUID()}`);
    await ground.program.must("queue", "export", folder, "--recipient", "ada2@far.example");
    const [name = "", ...more] = readdirSync(folder);
    expect(more).toEqual([]);
    expect(readFileSync(join(folder, name), "utf8")).toStartWith(
      "x-sender: erp@house.example\r\nx-receiver: ada2@far.example\r\nReceived: ",
    );
  });

  test.skipIf(process.getuid?.() !== 0)("root leaves nothing of its own in the spool", async () => {
    const folder = join(ground.program.home, "spool");
    const owners = new Set(readdirSync(folder).map((it) => statSync(join(folder, it), { throwIfNoEntry: false })?.uid));
    owners.delete(undefined);
    expect([...owners]).toEqual([statSync(folder).uid]);
    expect([...owners]).not.toContain(0);
  });
}

/** Messages that left so long ago, by their ids. */
async function leftAgo(...agesMs: readonly number[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const ageMs of agesMs) {
    const clock = new ManualClock(Date.now() - ageMs);
    const folder = join(ground.program.home, "spool");
    const silent = () => {};
    const spool = expectGood(await openSpool(folder, optionsFor(clock, silent, `past${ageMs}x`)));
    const id = await put(spool, { to: [recipient("zoe@past.example", { held: true })] });
    expectGood(await spool.order({ filter: { id }, what: { is: "delete" }, who: "the test", atMs: clock.wallMs() }));
    await spool.close();
    ids.push(id);
  }
  return ids;
}

describe("while the server runs", () => {
  asks();

  test("an order is noticed by the process that delivers", async () => {
    const { found } = await json<QueuePage>("queue", "find", "ada5");
    const [before] = found;
    await ground.program.must("queue", "retry", before?.message.id ?? "");
    await eventually("another attempt", async () => {
      const page = await ground.ask<QueuePage>("queue.find", { anything: "ada5" });
      return (page.found[0]?.attempts ?? 0) > (before?.attempts ?? 0);
    });
  });

  test("what left is known as long as is set, and that can be changed at any time", async () => {
    const [old = "", older = ""] = await leftAgo(25 * HOUR_MS, 49 * HOUR_MS);
    const known = async (id: string) => (await ground.program.run("mail", "find", id)).code === 0;
    const forgotten = (id: string) => eventually(`the end of ${id}`, async () => !(await known(id)));
    await ground.program.must("config", "set", "smtp/historyAge", "2d");
    await forgotten(older);
    expect(await known(old)).toBe(true);
    await ground.program.must("config", "set", "smtp/historyAge", "1d");
    await forgotten(old);
    expect((await ground.program.run("mail", "find", old)).err).toContain(`No message fits ${old}`);
    expect((await json<QueuePage>("queue", "list")).found).toHaveLength(LETTERS);
  });
});

describe("while the server is down", () => {
  beforeAll(async () => {
    await ground.program.must("down");
    await ground.server.ended();
  }, 60_000);

  asks();

  test("what is deleted is gone from the queue and known by its story", async () => {
    const { found } = await json<QueuePage>("queue", "find", "ada0");
    const id = found[0]?.message.id ?? "";
    await ground.program.must("queue", "delete", id);
    expect((await json<QueuePage>("queue", "find", "ada0")).found).toEqual([]);
    expect((await json<Story>("mail", "find", id)).recipients.map((it) => it.status)).toEqual(["deleted"]);
    expect((await json<MailFound>("mail", "find", "far.example")).messages).toHaveLength(LETTERS);
  });
});
