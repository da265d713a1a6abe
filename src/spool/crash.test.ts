// kill -9 at any step, on real files: nothing acknowledged is lost, nothing is half, no bounce is lost or doubled. Each
// seed is one life of a process; one spool goes through many.
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { seeded } from "../base/clock.ts";
import { expectGood } from "../base/result.ts";
import type { Found, MailSpool } from "./spool.ts";
import { bodyText } from "./testing/crash-child.ts";
import { filesNamed, makeRig, textOf } from "./testing/rig.ts";

const LIVES = 210;
/** Lives of one spool: what has come together by then is looked through after each of them. */
const LIVES_OF_ONE = 15;
const LANES = 2;
const CHILD = join(import.meta.dir, "testing", "crash-child.ts");

/** Runs a child until it is dead; the answer is what it acknowledged. */
async function live(folder: string, seed: number): Promise<readonly string[]> {
  const random = seeded(seed);
  const atStep = random() < 0.7 ? 1 + Math.floor(random() * 60) : 0;
  const wanted = 2 + Math.floor(random() * 40);
  const child = Bun.spawn([process.execPath, CHILD, folder, String(seed), String(atStep)], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const decoder = new TextDecoder();
  let said = "";
  for await (const part of child.stdout) {
    said += decoder.decode(part, { stream: true });
    if (atStep === 0 && said.split("\n").length > wanted) child.kill("SIGKILL");
  }
  await child.exited;
  if (child.signalCode !== "SIGKILL") throw new Error(`seed ${seed}: ${await new Response(child.stderr).text()}`);
  return said
    .slice(0, said.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((it) => it !== "");
}

async function everything(spool: MailSpool): Promise<ReadonlyMap<string, readonly Found[]>> {
  const found = expectGood(await spool.find({ status: "any" }, { limit: 10_000 }));
  return Map.groupBy(found, (it) => it.message.id);
}

/** What any spool must be, whatever became of the process before. */
async function provenWhole(spool: MailSpool, all: ReadonlyMap<string, readonly Found[]>, where: string): Promise<void> {
  const failed = new Set<string>();
  const notices: string[] = [];
  for (const [id, recipients] of all) {
    const facts = recipients[0]?.message.facts ?? {};
    const isOpen = recipients.some((it) => ["queued", "claimed", "held"].includes(it.status));
    expect([where, id, recipients.length, recipients[0]?.message.leftMs === null]).toEqual([
      where,
      id,
      Number(facts.recipients),
      isOpen,
    ]);
    expect([where, id, await textOf(spool, id)]).toEqual([
      where,
      id,
      isOpen ? bodyText(id, Number(facts.bytes)) : null,
    ]);
    if (typeof facts.notice === "string") notices.push(facts.notice);
    for (const it of recipients)
      if (it.status === "failed" && it.message.envelope.sender !== "") failed.add(`${id} ${it.index}`);
  }
  expect([where, notices.sort()]).toEqual([where, [...failed].sort()]);
}

async function livesOfOne(first: number): Promise<number> {
  await using rig = makeRig();
  const said: string[] = [];
  for (let seed = first; seed < first + LIVES_OF_ONE; seed++) {
    const lines = await live(rig.folder, seed);
    said.push(...lines.filter((it) => it !== "open"));
    const spool = await rig.open();
    const where = `seed ${seed}`;
    const all = await everything(spool);
    await provenWhole(spool, all, where);
    for (const line of lines) {
      const [what = "", id = "", index = ""] = line.split(" ");
      if (what === "accepted") expect([where, line, all.has(id)]).toEqual([where, line, true]);
      if (what === "delivered" || what === "failed")
        expect([where, line, all.get(id)?.find((it) => it.index === Number(index))?.status as string]).toEqual([
          where,
          line,
          what,
        ]);
    }
    expect([where, readdirSync(join(rig.folder, "bodies")).sort()]).toEqual([where, filesNamed(rig.folder)]);
    await spool.close();
    expect([where, rig.told()]).toEqual([where, []]); // a killed process leaves nothing that needs mending aloud
  }
  return said.length;
}

async function lane(first: number): Promise<number> {
  let said = 0;
  for (let seed = first; seed < first + LIVES / LANES; seed += LIVES_OF_ONE) said += await livesOfOne(seed);
  return said;
}

test(`${LIVES} lives ended by kill -9 lose nothing that was acknowledged, and leave nothing half`, async () => {
  const said = await Promise.all(Array.from({ length: LANES }, (_, index) => lane(1 + index * 1000)));
  expect(said.reduce((sum, it) => sum + it, 0)).toBeGreaterThan(LIVES);
}, 240_000);
