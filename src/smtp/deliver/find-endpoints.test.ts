import { expect, test } from "bun:test";
import { seeded } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import type { Leg } from "./choose-route.ts";
import { findEndpoints } from "./find-endpoints.ts";
import { parseMailHost } from "./mail-host.ts";
import { policyOf } from "./testing/deliver-rig.ts";
import { fakeResolver, type Zone } from "./testing/fake-resolver.ts";

const { direct } = policyOf();
const toDomain = (domain: string): Leg => ({ way: direct, to: { is: "domain", domain } });
const toHosts = (...texts: string[]): Leg => ({
  way: direct,
  to: { is: "hosts", hosts: texts.map(parseMailHost).filter((it) => it !== undefined) },
});

const find = (leg: Leg, zone: Zone, { names = ["us.test"], addresses = ["192.0.2.25"], seed = 1 } = {}) =>
  findEndpoints(leg, {
    resolver: fakeResolver(zone),
    random: seeded(seed),
    port: 25,
    isOurName: (host) => names.includes(host),
    isOurAddress: (address, port) => port === 25 && addresses.includes(address),
  });

const addressesOf = async (...asked: Parameters<typeof find>) =>
  expectGood(await find(...asked)).map((it) => it.address);
const refusal = async (...asked: Parameters<typeof find>) => {
  const found = await find(...asked);
  return found.ok ? undefined : `${found.error.code} ${found.error.enhanced}`;
};

test("Exchangers come by preference, and equal ones in any order", async () => {
  const zone = {
    mx: { "x.test": ["20 c.test", "10 a.test", "10 b.test"] },
    addresses: { "a.test": ["192.0.2.1"], "b.test": ["192.0.2.2"], "c.test": ["192.0.2.3"] },
  };
  const orders = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const found = await addressesOf(toDomain("x.test"), zone, { seed });
    expect(found[2]).toBe("192.0.2.3");
    orders.add(found.join());
  }
  expect(orders.size).toBe(2);
});

test("A host of both families is tried by them in turn", async () => {
  const zone = { mx: { "x.test": ["10 a.test"] }, addresses: { "a.test": ["192.0.2.1", "192.0.2.2", "2001:db8::1"] } };
  const found = await addressesOf(toDomain("x.test"), zone);
  expect(found.map((it) => (it.includes(":") ? 6 : 4))).toEqual([4, 6, 4]);
});

test("A domain without exchangers is its own, and an address in brackets is looked up nowhere", async () => {
  expect(await addressesOf(toDomain("x.test"), { addresses: { "x.test": ["192.0.2.1"] } })).toEqual(["192.0.2.1"]);
  expect(await addressesOf(toDomain("[192.0.2.7]"), {})).toEqual(["192.0.2.7"]);
  expect(await addressesOf(toDomain("[IPv6:2001:DB8::7]"), {})).toEqual(["2001:db8::7"]);
});

test("What DNS does not know is for ever, and what it cannot say now is for now", async () => {
  expect(await refusal(toDomain("x.test"), {})).toBe("550 5.1.2");
  expect(await refusal(toDomain("x.test"), { mx: { "x.test": ["0 ."] } })).toBe("556 5.1.10");
  expect(await refusal(toDomain("x.test"), { mx: { "x.test": "later" } })).toBe("451 4.4.3");
  expect(await refusal(toDomain("x.test"), { addresses: { "x.test": "later" } })).toBe("451 4.4.3");
  expect(await refusal(toDomain("x.test"), { mx: { "x.test": ["10 a.test"] } })).toBe("451 4.4.3");
  expect(await refusal(toHosts("relay.test"), {})).toBe("451 4.4.3");
});

test("Where we are among the exchangers, only those before us are asked, and nobody where we are the first", async () => {
  const zone = {
    mx: { "x.test": ["10 a.test", "20 us.test", "30 c.test"], "y.test": ["10 us.test", "20 a.test"] },
    addresses: { "a.test": ["192.0.2.1"], "c.test": ["192.0.2.3"], "us.test": ["192.0.2.25"] },
  };
  expect(await addressesOf(toDomain("x.test"), zone)).toEqual(["192.0.2.1"]);
  expect(await refusal(toDomain("y.test"), zone)).toBe("554 5.4.6");
  // By address, whatever name it has.
  expect(await refusal(toDomain("y.test"), zone, { names: [] })).toBe("554 5.4.6");
  expect(await refusal(toDomain("z.test"), { addresses: { "z.test": ["192.0.2.25"] } })).toBe("554 5.4.6");
});

test("A smart host that is ourselves is a setting to be mended, so mail waits; on another port it is another server", async () => {
  expect(await refusal(toHosts("[192.0.2.25]"), {})).toBe("451 4.4.6");
  expect(await addressesOf(toHosts("[192.0.2.25]:587"), {})).toEqual(["192.0.2.25"]);
  expect(await addressesOf(toHosts("[192.0.2.25]", "[192.0.2.9]"), {})).toEqual(["192.0.2.9"]);
});

test("However many exchangers a domain names, only some are asked", async () => {
  const mx = Array.from({ length: 100 }, (_, n) => `${n} h${n}.test`);
  const addresses = Object.fromEntries(mx.map((_, n) => [`h${n}.test`, [`198.51.100.${n}`, `203.0.113.${n}`]]));
  expect(await addressesOf(toDomain("x.test"), { mx: { "x.test": mx }, addresses })).toHaveLength(12);
});
