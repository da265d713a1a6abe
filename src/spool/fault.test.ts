// Every step of the spool fails in turn, once: what was acknowledged is there, what was refused is not half there, and
// the spool goes on.
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../base/result.ts";
import { DirectDesk } from "./desk.ts";
import { openBooks } from "./found/open-books.ts";
import { Memory } from "./held-bytes.ts";
import { OpenMailSpool } from "./mail-spool.ts";
import type { MailSpool } from "./spool.ts";
import { claimed, filesNamed, makeRig, message, names, put, textOf } from "./testing/rig.ts";

/** How large ones come to the disk. */
const kinds = {
  "a file of its own": { large: "x".repeat(40_000), memoryBytes: 20_000 },
  "a file for several": { large: "x".repeat(70_000), memoryBytes: 1_000_000 },
} as const;
const LARGE = kinds["a file of its own"].large;

const parts = (folder: string) => readdirSync(join(folder, "bodies")).filter((it) => it.endsWith(".part"));

/** The n-th step of all fails with this code. `left` says whether it was so far away that nothing happened. */
function striking(
  folder: string,
  n: number,
  code: string,
  memoryBytes = 20_000,
): { readonly spool: MailSpool; readonly left: () => number } {
  let left = n;
  const opened = openBooks({ folder, wallMs: 1, reserveBytes: 4096 }, () => {
    if (--left === 0) throw Object.assign(new Error("as the test says"), { code });
  });
  const { teller, close } = expectGood(opened.how);
  const spool = new OpenMailSpool({
    desk: new DirectDesk(teller, close),
    folder,
    clock: makeRig(folder).clock,
    names: names(),
    room: () => ({ accepting: true }),
    bodyLost: () => {},
    memory: new Memory(memoryBytes),
  });
  return { spool, left: () => left };
}

async function strike(n: number, code: string, kind: keyof typeof kinds): Promise<boolean> {
  await using rig = makeRig();
  const { large, memoryBytes } = kinds[kind];
  const { spool, left } = striking(rig.folder, n, code, memoryBytes);
  const accept = async (body: string) => {
    const incoming = spool.receive();
    expectGood(await incoming.write(Buffer.from(body)));
    const done = await incoming.commit(message({ facts: { large: body === large } }));
    return { id: incoming.id, ok: done.ok };
  };
  const accepted = await Promise.all([accept("small"), accept(large), accept(large), accept("small")]);
  const nowMs = 1_900_000_000_000;
  const first = await claimed(spool, nowMs, { messagesMax: 1 }).catch(() => []);
  const record = async () => {
    const claim = first[0];
    if (claim === undefined) return undefined;
    const incoming = spool.receive();
    expectGood(await incoming.write(Buffer.from(large)));
    const attempt = {
      id: claim.id,
      recipient: 0,
      atMs: 5,
      outcome: { is: "failed" },
      remote: "mx",
      reply: "550",
    } as const;
    const notice = { incoming, message: message({ sender: "", to: ["erp@plant.example"], facts: { large: true } }) };
    return (await spool.record([attempt], [notice])).ok ? claim.id : undefined;
  };
  const bounced = await record();
  const again = await record();
  if (bounced !== undefined) expect(again).toBeUndefined(); // never two notices of one failure
  await put(spool, { facts: { large: false } }, "small"); // the fuse is burnt or far: it goes on
  expect([n, parts(rig.folder)]).toEqual([n, []]); // a process that lives long must not gather them
  await spool.close();

  const after = await rig.open();
  const found = expectGood(await after.find({ status: "any" }, { limit: 99 }));
  for (const { id, ok } of accepted)
    if (ok) expect([n, id, found.some((it) => it.message.id === id)]).toEqual([n, id, true]);
  for (const { message: it } of found)
    expect([n, it.id, await textOf(after, it.id)]).toEqual([
      n,
      it.id,
      it.leftMs !== null ? null : it.facts.large === true ? large : "small",
    ]);
  const failed = found.filter((it) => it.status === "failed").length;
  expect([n, found.filter((it) => it.message.envelope.sender === "").length]).toEqual([n, failed]);
  if (bounced !== undefined || again !== undefined) expect([n, failed]).toEqual([n, 1]);
  expect([n, readdirSync(join(rig.folder, "bodies")).sort()]).toEqual([n, filesNamed(rig.folder)]);
  return left() <= 0;
}

for (const kind of Object.keys(kinds) as (keyof typeof kinds)[])
  for (const code of ["SQLITE_FULL", "EIO", "SQLITE_CORRUPT"])
    test(`${kind}: when any step fails with ${code}, nothing acknowledged is lost and nothing is half`, async () => {
      let n = 1;
      while (await strike(n, code, kind)) n++;
      expect(n).toBeGreaterThan(15);
    }, 60_000);

test("when one notice cannot be kept, those before it leave nothing behind", async () => {
  await using rig = makeRig();
  const { spool } = striking(rig.folder, 0, "");
  const about = message({ sender: "", to: ["erp@plant.example"] });
  const finished = async (body: string) => {
    const incoming = spool.receive();
    expectGood(await incoming.write(Buffer.from(body)));
    return { incoming, message: about };
  };
  for (let time = 0; time < 5; time++) {
    const over = await finished("x");
    await over.incoming.abandon();
    const done = await spool.record([], [await finished(LARGE), await finished("y".repeat(8000)), over]);
    expect([done.ok, parts(rig.folder)]).toEqual([false, []]);
  }
  // What is small goes into a file when the memory for all is full.
  const small = await finished("x");
  expect(parts(rig.folder)).toEqual([]);
  await small.incoming.abandon();
  await spool.close();
});
