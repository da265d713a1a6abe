import { beforeEach, expect, test } from "bun:test";
import { ManualClock, seeded } from "../../base/clock.ts";
import { addressKey } from "./address-key.ts";
import { isListed } from "./allow-list.ts";
import { type FailureRules, Failures } from "./failures.ts";
import { ForgetfulMap } from "./forgetful-map.ts";

const rules: FailureRules = {
  failuresFree: 3,
  delayFirst: 1000,
  delayMax: 30_000,
  blockAddressAfter: 10,
  blockAccountAfter: 30,
  blockFor: 900_000,
  forgetAfter: 600_000,
  remembered: 1000,
};
let clock: ManualClock;
let failures: Failures;
beforeEach(() => {
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  failures = new Failures(() => rules, clock);
});
const fail = (times: number, account: string | undefined, address: string) => {
  for (let count = 0; count < times; count++) failures.failed(account, address);
};

test("an IPv4 address is counted for itself, IPv6 by its network of 64 bits", () => {
  expect(addressKey("192.0.2.1")).toBe("192.0.2.1");
  expect(addressKey("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(addressKey("2001:DB8:0:1:a:b:c:d")).toBe(addressKey("2001:db8:0:1::"));
  expect(addressKey("2001:db8:0:2::1")).not.toBe(addressKey("2001:db8:0:1::1"));
  expect(addressKey("no address")).toBe("no address");
  fail(10, undefined, "2001:db8::1");
  expect(failures.blocked(undefined, "2001:db8::ffff:1")).toMatchObject({ of: "address", name: "2001:db8::/64" });
});

test("a list of networks holds what its prefixes say", () => {
  const ranges = [
    { address: "10.0.0.0", prefix: 8 },
    { address: "192.0.2.128", prefix: 25 },
    { address: "2001:db8::", prefix: 33 },
  ];
  const inside = ["10.255.0.1", "192.0.2.128", "::ffff:10.1.1.1", "2001:db8:7fff::1"];
  const outside = ["11.0.0.1", "192.0.2.127", "2001:db8:8000::1", "2001:db9::1", "", "x"];
  expect(inside.map((it) => isListed(ranges, it))).toEqual(inside.map(() => true));
  expect(outside.map((it) => isListed(ranges, it))).toEqual(outside.map(() => false));
  expect(isListed([{ address: "0.0.0.0", prefix: 0 }], "203.0.113.9")).toBe(true);
});

test("one failure is forgotten after the other, and a block ends when it said it would", () => {
  fail(5, "anna", "192.0.2.1");
  expect(failures.failed("anna", "192.0.2.1").waitMs).toBe(4000);
  clock.advance(600_000 * 4);
  expect(failures.failed("anna", "192.0.2.1").waitMs).toBe(0);
  fail(7, "anna", "192.0.2.1");
  const block = failures.blocked("anna", "192.0.2.1");
  expect(block).toMatchObject({ of: "address", untilMs: clock.wallMs() + 900_000, failures: 10 });
  clock.advance(899_999);
  expect(failures.blocked("anna", "192.0.2.1")).toBeDefined();
  clock.advance(1);
  expect(failures.blocked("anna", "192.0.2.1")).toBeUndefined();
  expect(failures.blocks()).toEqual([]);
});

test("a clock that is set, forwards or back, neither lifts a block nor prolongs it; its end is told as it is then", () => {
  clock.jump(3_600_000);
  fail(10, undefined, "192.0.2.1");
  for (const jump of [86_400_000, -2 * 86_400_000]) {
    clock.jump(jump);
    expect(failures.blocked(undefined, "192.0.2.1")).toMatchObject({ untilMs: clock.wallMs() + 900_000 });
  }
  clock.advance(900_000);
  expect(failures.blocked(undefined, "192.0.2.1")).toBeUndefined();
});

test("who logs in is forgiven its own failures from there, and none of those of others", () => {
  fail(4, "anna", "192.0.2.1");
  fail(2, "bert", "192.0.2.1");
  failures.succeeded("anna", "192.0.2.1");
  expect(failures.failed("anna", "192.0.2.1").waitMs).toBe(0);
  expect(failures.failed("bert", "192.0.2.1").waitMs).toBe(1000);
  // Somebody with an account of his own guesses at that of another, and logs in himself after each guess.
  for (let count = 0; count < 20; count++) {
    failures.failed("victim", "192.0.2.9");
    failures.succeeded("attacker", "192.0.2.9");
  }
  expect(failures.blocked("attacker", "192.0.2.9")).toMatchObject({ of: "address" });
});

test("an account that many attack is closed to them, and not to the address from which its owner came lately", () => {
  failures.succeeded("anna", "198.51.100.1");
  for (let count = 0; count < 40; count++) failures.failed("anna", `192.0.2.${count}`);
  expect(failures.blocked("anna", "203.0.113.1")).toMatchObject({ of: "account", name: "anna" });
  expect(failures.blocked("anna", "198.51.100.1")).toBeUndefined();
  expect(failures.failed("anna", "198.51.100.1").waitMs).toBe(0);
  clock.advance(8 * 86_400_000);
  for (let count = 0; count < 40; count++) failures.failed("anna", `192.0.2.${count}`);
  expect(failures.blocked("anna", "198.51.100.1")).toMatchObject({ of: "account" });
});

test("a block can be lifted by the address, its network, or the account", () => {
  fail(10, undefined, "192.0.2.1");
  fail(10, undefined, "2001:db8::1");
  for (let count = 0; count < 30; count++) failures.failed("anna", `198.51.100.${count}`);
  expect(
    failures
      .blocks()
      .map((it) => it.name)
      .sort(),
  ).toEqual(["192.0.2.1", "2001:db8::/64", "anna"]);
  expect(failures.lift("192.0.2.1").map((it) => it.of)).toEqual(["address"]);
  expect(failures.lift("2001:db8::/64").map((it) => it.of)).toEqual(["address"]);
  expect(failures.lift("anna").map((it) => it.of)).toEqual(["account"]);
  expect(failures.lift("nobody")).toEqual([]);
  expect(failures.blocks()).toEqual([]);
});

for (const [addresses, account] of [
  [100_000, "anna"],
  [1_000_000, undefined],
] as const)
  test(`${addresses} addresses are remembered up to the bound, and who is blocked stays blocked under them`, () => {
    fail(10, "anna", "192.0.2.1");
    for (let count = 0; count < addresses; count++)
      failures.failed(account, `${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}.7`);
    expect(failures.blocked(undefined, "192.0.2.1")).toMatchObject({ of: "address" });
    expect(failures.remembered).toBeLessThanOrEqual(rules.remembered + 1);
  }, 30_000);

test("a map forgets the eldest, keeps whom it spares, and never grows beyond its bound", () => {
  const random = seeded(7);
  const map = new ForgetfulMap<boolean>(
    () => 100,
    (spared) => spared,
  );
  map.set("spared", true);
  for (let count = 0; count < 10_000; count++) {
    map.set(`${Math.floor(random() * 500)}`, false);
    expect(map.size).toBeLessThanOrEqual(100);
  }
  expect(map.get("spared")).toBe(true);
  for (let count = 0; count < 200; count++) map.set(`blocked ${count}`, true);
  expect(map.size).toBeLessThanOrEqual(100);
  expect(map.get("blocked 199")).toBe(true);
});
