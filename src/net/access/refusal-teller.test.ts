import { expect, test } from "bun:test";
import { enter, gateRig } from "./testing/gate-rig.ts";

test("the first refusal of a reason is told at once, the others as a sum a minute later", () => {
  const { gate, clock, told } = gateRig({ access: ["deny 192.0.2.0/24"], connectionsPerAddress: 1 });
  for (let last = 0; last < 200; last++) gate.admit(`192.0.2.${last % 5}`);
  enter(gate, "198.51.100.1");
  gate.admit("198.51.100.1");
  expect(told.map((it) => it.number)).toEqual([4050, 4051]);
  clock.advance(60_000);
  expect(told.slice(2).map((it) => it.sentence)).toEqual([
    "smtp/sites/a refused 199 more within 60 s, from about 5 addresses, as smtp/sites/a/access says: a rule does not let the address in.",
  ]);
});

test("a flood is told once a minute as long as it lasts, and one after a quiet minute as new", () => {
  const { gate, clock, numbers } = gateRig({ access: ["deny *"] });
  for (let minute = 0; minute < 3; minute++) {
    for (let count = 0; count < 1000; count++) gate.admit("192.0.2.1");
    clock.advance(60_000);
  }
  expect(numbers()).toEqual([4050, 4058, 4058, 4058]);
  clock.advance(60_000);
  gate.admit("192.0.2.1");
  expect(numbers()).toEqual([4050, 4058, 4058, 4058, 4050]);
});

test("a site that closes tells what it has not told, and then is quiet", () => {
  const { gate, clock, told } = gateRig({ access: ["deny *"] });
  gate.admit("192.0.2.1");
  gate.admit("192.0.2.1");
  gate.close();
  expect(told.at(-1)?.sentence).toContain("refused 1 more within 0 s");
  clock.advance(600_000);
  expect(told.length).toBe(2);
});

test("a control character in an address never reaches the log as one", () => {
  const { gate, told } = gateRig();
  gate.admit("192.0.2.1\r\nforged");
  expect(told[0]?.sentence).toContain("192.0.2.1\\x0d\\x0aforged");
});
