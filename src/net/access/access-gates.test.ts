import { expect, test } from "bun:test";
import { accessValues, enter, gateRig, outcome } from "./testing/gate-rig.ts";

test("what an address did at one site does not count at another", () => {
  const { gates, gate } = gateRig({ requestRate: "1 per 1m", connectionsPerAddress: 1 });
  const other = gates.open("smtp/sites/b", accessValues({ requestRate: "1 per 1m", connectionsPerAddress: 1 }));
  const visit = enter(gate, "192.0.2.1");
  visit.request();
  expect(visit.request()?.why).toBe("request-rate");
  expect(enter(other, "192.0.2.1").request()).toBeUndefined();
});

test("an address that was turned away stays so while a hundred thousand others attack", () => {
  const { gates, gate, clock, told } = gateRig({ connectionRate: "10 per 10s", failureRate: "1 per 1m" });
  const bad = Array.from({ length: 20 }, (_, index) => enter(gate, `192.0.2.${index}`));
  for (const visit of bad) for (let count = 0; count < 2; count++) visit.failure("failed-login");
  const other = gates.open("smtp/sites/b", accessValues({ connectionRate: "10 per 10s" }));
  for (let count = 0; count < 100_000; count++) {
    const visit = other.admit(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`);
    if (visit.is === "in") visit.leave();
    if (count % 1000 === 0) clock.advance(100);
  }
  expect(bad.map((visit) => visit.request()?.why)).toEqual(bad.map(() => "restricted"));
  expect(told.filter((it) => it.number === 4059).map((it) => it.sentence)).toEqual([
    "smtp counts more addresses than the 1024 it has room for, so those with the least against them are forgotten.",
  ]);
});

test("one that attacks without pause is limited although the memory is full of others", () => {
  const { gate } = gateRig({ connectionRate: "10 per 10s" }, 16);
  const results: string[] = [];
  for (let count = 0; count < 2000; count++) {
    for (let other = 0; other < 3; other++) gate.admit(`10.0.${count & 255}.${other}`);
    results.push(outcome(gate.admit("192.0.2.1")));
  }
  expect(results.filter((it) => it === "in").length).toBe(10);
});
