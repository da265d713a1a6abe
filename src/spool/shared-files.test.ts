// Bodies that lie in one file: each is read where it begins, the file goes with the last of them and never before.
import { expect, test } from "bun:test";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../base/result.ts";
import { bodyPath } from "./body-file.ts";
import type { Asked } from "./book/operations.ts";
import { DirectDesk } from "./desk.ts";
import type { Entry } from "./entry.ts";
import { booksFile } from "./found/books-file.ts";
import { openBooks } from "./found/open-books.ts";
import { OpenMailSpool } from "./mail-spool.ts";
import type { MailSpool } from "./spool.ts";
import { claimed, makeRig, message, names, put, type Rig, recipient, textOf } from "./testing/rig.ts";

const files = (rig: Rig) => readdirSync(join(rig.folder, "bodies"));
const text = (n: number) => `${n} `.repeat(40_000);
const deleteAll = (sender: string) => ({ filter: { sender }, what: { is: "delete" }, who: "test", atMs: 1 }) as const;

test("what is accepted together shares files of a megabyte, and each is read as it was", async () => {
  await using rig = makeRig();
  const spool = await rig.open();
  const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => put(spool, {}, text(n))));
  expect(files(rig).length).toBeLessThan(5);
  expect(files(rig).length).toBeGreaterThan(1);
  for (const [n, id] of ids.entries()) expect([n, await textOf(spool, id)]).toEqual([n, text(n)]);
  await spool.close();
  const again = await rig.open();
  for (const [n, id] of ids.entries()) expect([n, await textOf(again, id)]).toEqual([n, text(n)]);
});

test("small ones stay in the books, and so do those that come one at a time and are no longer", async () => {
  await using rig = makeRig();
  const spool = await rig.open();
  await Promise.all(Array.from({ length: 5 }, () => put(spool, {}, "x".repeat(60_000))));
  expect(files(rig)).toEqual([]);
});

test("the file goes with the last of its messages", async () => {
  await using rig = makeRig();
  const spool = await rig.open();
  const ids = await Promise.all([1, 2, 3].map((n) => put(spool, { sender: `s${n}@x.example` }, text(n))));
  const at = { recipient: 0, atMs: 5, outcome: { is: "delivered" }, remote: "mx", reply: "250" } as const;
  await claimed(spool, rig.clock.wallMs());
  const left: number[] = [];
  for (const id of ids) {
    expect(await textOf(spool, id)).not.toBeNull();
    expectGood(await spool.record([{ id, ...at }]));
    left.push(files(rig).length);
  }
  expect(left).toEqual([1, 1, 0]);
});

test("when the books are lost, what has left is not sent again for the sake of what lies beside it", async () => {
  await using rig = makeRig();
  const spool = await rig.open();
  const ids = await Promise.all([1, 2, 3, 4].map((n) => put(spool, { sender: `s${n}@x.example` }, text(n))));
  const at = { recipient: 0, atMs: 5, outcome: { is: "delivered" }, remote: "mx", reply: "250" } as const;
  await claimed(spool, rig.clock.wallMs());
  expectGood(await spool.record([{ id: ids[1] ?? "", ...at }]));
  expectGood(await spool.record([{ id: ids[3] ?? "", ...at }]));
  expect(files(rig)).toHaveLength(1);
  await spool.close();
  rmSync(booksFile(rig.folder));
  const again = await rig.open();
  expect((await claimed(again, rig.clock.wallMs())).map((it) => it.id)).toEqual([ids[0] ?? "", ids[2] ?? ""]);
  expect([await textOf(again, ids[0] ?? ""), await textOf(again, ids[2] ?? "")]).toEqual([text(1), text(3)]);
});

/** What is asked in one turn is one transaction. */
function direct(rig: Rig): MailSpool {
  const { how } = openBooks({ folder: rig.folder, wallMs: rig.clock.wallMs(), reserveBytes: 4096 });
  const { teller, close } = expectGood(how);
  const room = () => ({ accepting: true }) as const;
  const desk = new DirectDesk(teller, close);
  return new OpenMailSpool({ desk, folder: rig.folder, clock: rig.clock, names: names(), room, bodyLost: () => {} });
}

test("one that is deleted in the transaction that brings others into its file takes nothing with it", async () => {
  await using rig = makeRig();
  const { how } = openBooks({ folder: rig.folder, wallMs: rig.clock.wallMs(), reserveBytes: 4096 });
  const { teller, close } = expectGood(how);
  const accept = (n: number): Asked => ({ name: "accept", argument: entryOf(n) });
  const order: Asked = { name: "orderStep", argument: { ...deleteAll("s1@x.example"), after: [0, -1] } };
  const ends = teller.run([accept(1), order, accept(2)]);
  expect(ends.map((it) => it.ok)).toEqual([true, true, true]);
  close();
  const spool = await rig.open();
  expect([await textOf(spool, "m1"), await textOf(spool, "m2")]).toEqual([null, text(2)]);
  expect(files(rig)).toEqual(["m1.eml"]);
  expectGood(await spool.order(deleteAll("s2@x.example")));
  expect(files(rig)).toEqual([]);
});

function entryOf(n: number): Entry {
  const bytes = Buffer.from(text(n));
  const piece = new Uint8Array(new SharedArrayBuffer(bytes.length));
  piece.set(bytes);
  const about = message({ sender: `s${n}@x.example` });
  return { id: `m${n}`, receivedMs: 1, sizeBytes: bytes.length, body: { is: "held", pieces: [piece] }, message: about };
}

test("when one of them cannot be accepted the others are, in files of their own", async () => {
  await using rig = makeRig();
  const spool = direct(rig);
  const asked = async (body: string, to: readonly string[]) => {
    const incoming = spool.receive();
    expectGood(await incoming.write(Buffer.from(body)));
    return { id: incoming.id, done: await incoming.commit(message({ to: to.map((it) => recipient(it)) })) };
  };
  const all = await Promise.all([asked(text(1), ["a@x.example"]), asked(text(2), []), asked(text(3), ["c@x.example"])]);
  expect(all.map((it) => it.done.ok)).toEqual([true, false, true]);
  const [first, , third] = all.map((it) => it.id);
  expect(files(rig).sort()).toEqual([`${first}.eml`, `${third}.eml`]);
  expect([await textOf(spool, first ?? ""), await textOf(spool, third ?? "")]).toEqual([text(1), text(3)]);
  await spool.close();
});

test("a name that is taken refuses the message and harms nobody", async () => {
  await using rig = makeRig();
  const spool = direct(rig);
  const kept = await put(spool, {}, text(1));
  const next = `m${String(2).padStart(8, "0")}`;
  await Bun.write(bodyPath(rig.folder, next), "somebody's");
  const incoming = spool.receive();
  expectGood(await incoming.write(Buffer.from(text(2))));
  expect([incoming.id, (await incoming.commit(message())).ok]).toEqual([next, false]);
  expect([existsSync(bodyPath(rig.folder, next)), await textOf(spool, kept)]).toEqual([true, text(1)]);
  await spool.close();
});
