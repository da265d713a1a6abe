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

test("a ledger is full when the whole that it lives in is", () => {
  const clock = new ManualClock();
  const whole = new ConnectionLedger(2, clock);
  const [left, right] = [new ConnectionLedger(9, clock, whole), new ConnectionLedger(1, clock, whole)];
  const leave = left.add(from("192.0.2.1"), ends);
  right.add(from("192.0.2.2"), ends);
  expect([left.full, right.full, whole.size]).toEqual([true, true, 2]);
  leave();
  expect([left.full, right.full, whole.size]).toEqual([false, true, 1]);
  right.max = 2;
  expect(right.full).toBe(false);
});

test("all can be asked to end, and cut", () => {
  const ledger = new ConnectionLedger(9, new ManualClock());
  const done: string[] = [];
  const leave = ledger.add(from("192.0.2.1"), { finish: () => done.push("finish"), cut: () => leave() });
  ledger.finishAll();
  ledger.cutAll();
  expect([done, ledger.size]).toEqual([["finish"], 0]);
});
