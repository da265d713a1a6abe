import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { ConnectionLedger, type OpenConnection } from "./connection-ledger.ts";

const from = (address: string): OpenConnection => ({ peer: { address, port: 1 }, finish() {}, cut() {} });

test("what a drain waits for is told: how many, and the eldest", () => {
  const clock = new ManualClock();
  const ledger = new ConnectionLedger(9, clock);
  const eldest = from("192.0.2.1");
  ledger.add(eldest);
  clock.advance(5000);
  ledger.add(from("192.0.2.2"));
  clock.advance(7500);
  expect(ledger.describe()).toBe("2 connections, the oldest open for 12 s, from 192.0.2.1");
  ledger.remove(eldest);
  expect(ledger.describe()).toBe("1 connection, the oldest open for 7 s, from 192.0.2.2");
});

test("the same peer twice is two connections, and leaving twice is leaving once", async () => {
  const ledger = new ConnectionLedger(9, new ManualClock());
  const [one, other] = [from("192.0.2.1"), from("192.0.2.1")];
  ledger.add(one);
  ledger.add(other);
  ledger.remove(one);
  ledger.remove(one);
  expect(ledger.size).toBe(1);
  let empty = false;
  const waited = ledger.whenEmpty().then(() => {
    empty = true;
  });
  expect(empty).toBe(false);
  ledger.remove(other);
  await waited;
  expect(empty).toBe(true);
});

test("a shortage is over when an eighth is free", async () => {
  const ledger = new ConnectionLedger(8, new ManualClock());
  const first = from("192.0.2.0");
  for (const it of [first, ...Array.from({ length: 7 }, (_, n) => from(`192.0.2.${n + 1}`))]) ledger.add(it);
  let room = false;
  const waited = ledger.whenRoomy().then(() => {
    room = true;
  });
  expect(ledger.full).toBe(true);
  await Promise.resolve();
  expect(room).toBe(false);
  ledger.remove(first);
  await waited;
  expect(room).toBe(true);
});

test("all can be asked to end, and cut", () => {
  const ledger = new ConnectionLedger(9, new ManualClock());
  const done: string[] = [];
  const finish = () => void done.push("finish");
  const connection = { ...from("192.0.2.1"), finish, cut: () => ledger.remove(connection) };
  ledger.add(connection);
  ledger.finishAll();
  ledger.cutAll();
  expect([done, ledger.size]).toEqual([["finish"], 0]);
});
