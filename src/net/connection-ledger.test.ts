import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { ConnectionLedger } from "./connection-ledger.ts";

const ends = { finish() {}, cut() {} };
const from = (address: string) => ({ address, port: 1 });

test("what a drain waits for is told: how many, and the eldest", () => {
  const clock = new ManualClock();
  const ledger = new ConnectionLedger(9, clock);
  const leave = ledger.add(from("192.0.2.1"), ends);
  clock.advance(5000);
  ledger.add(from("192.0.2.2"), ends);
  clock.advance(7500);
  expect(ledger.describe()).toBe("2 connections, the oldest open for 12 s, from 192.0.2.1");
  leave();
  expect(ledger.describe()).toBe("1 connection, the oldest open for 7 s, from 192.0.2.2");
});

test("the same peer twice is two connections, and leaving twice is leaving once", async () => {
  const ledger = new ConnectionLedger(9, new ManualClock());
  const leave = ledger.add(from("192.0.2.1"), ends);
  const other = ledger.add(from("192.0.2.1"), ends);
  leave();
  leave();
  expect(ledger.size).toBe(1);
  let empty = false;
  const waited = ledger.whenEmpty().then(() => {
    empty = true;
  });
  expect(empty).toBe(false);
  other();
  await waited;
  expect(empty).toBe(true);
});

test("a shortage is over when an eighth is free", async () => {
  const ledger = new ConnectionLedger(8, new ManualClock());
  const leaving = Array.from({ length: 8 }, (_, n) => ledger.add(from(`192.0.2.${n}`), ends));
  let room = false;
  const waited = ledger.whenRoomy().then(() => {
    room = true;
  });
  expect(ledger.full).toBe(true);
  await Promise.resolve();
  expect(room).toBe(false);
  leaving[0]?.();
  await waited;
  expect(room).toBe(true);
});

test("all can be asked to end, and cut", () => {
  const ledger = new ConnectionLedger(9, new ManualClock());
  const done: string[] = [];
  const leave = ledger.add(from("192.0.2.1"), { finish: () => done.push("finish"), cut: () => leave() });
  ledger.finishAll();
  ledger.cutAll();
  expect([done, ledger.size]).toEqual([["finish"], 0]);
});
