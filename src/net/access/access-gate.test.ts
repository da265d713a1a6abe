import { expect, test } from "bun:test";
import fc from "fast-check";
import type { AccessGate } from "./access-gate.ts";
import { accessValues, enter, gateRig, outcome } from "./testing/gate-rig.ts";
import type { Visit } from "./visit.ts";

const ask = (gate: AccessGate, address: string): string => outcome(gate.admit(address));
const times = (count: number, act: () => unknown): readonly unknown[] => Array.from({ length: count }, () => act());

test("without settings everybody is in, and nothing is remembered of anybody", () => {
  const { gate, told } = gateRig();
  for (const address of ["192.0.2.1", "2001:db8::1", "127.0.0.1", "fe80::1%eth0"])
    expect(ask(gate, address)).toBe("in");
  expect(gate.admitted).toBe(4);
  expect(told).toEqual([]);
});

test("an address that the rules do not let in is refused, counted and told with the rule", () => {
  const { gate, told } = gateRig({ access: ["allow 192.0.2.1", "deny 192.0.2.0/24"] });
  expect(ask(gate, "192.0.2.1")).toBe("in");
  expect(gate.admit("192.0.2.2")).toEqual({ is: "refused", why: "rule", untilMs: undefined });
  expect(gate.refused.rule).toBe(1);
  expect(told.map((it) => it.sentence)).toEqual([
    "smtp/sites/a refuses 192.0.2.2, as smtp/sites/a/access says: rule 2 is deny 192.0.2.0/24.",
  ]);
});

test("what is no address is refused, whatever the rules say", () => {
  const { gate } = gateRig({ access: ["allow *"] });
  expect(ask(gate, "unknown")).toBe("rule");
});

test("one address has no more connections than it may, and those that left make room", () => {
  const { gate, told } = gateRig({ connectionsPerAddress: 2 });
  const visit = enter(gate, "192.0.2.1");
  enter(gate, "192.0.2.1");
  expect(ask(gate, "192.0.2.1")).toBe("address-connections");
  expect(ask(gate, "192.0.2.2")).toBe("in");
  expect(told[0]?.sentence).toBe(
    "smtp/sites/a refuses 192.0.2.1, as smtp/sites/a/connectionsPerAddress says: it has 2 connections open.",
  );
  visit.leave();
  visit.leave();
  expect([ask(gate, "192.0.2.1"), ask(gate, "192.0.2.1")]).toEqual(["in", "address-connections"]);
});

test("a network has no more connections than it may: /24 in IPv4, /64 in IPv6", () => {
  const { gate, told } = gateRig({ connectionsPerNetwork: 2 });
  const addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.3.3"];
  expect(addresses.map((it) => ask(gate, it))).toEqual(["in", "in", "network-connections", "in"]);
  const six = ["2001:db8::1", "2001:db8::2:1", "2001:db8::3", "2001:db8:0:1::3"];
  expect(six.map((it) => ask(gate, it))).toEqual(["in", "in", "network-connections", "in"]);
  expect(told[0]?.sentence).toContain("its network 192.0.2.0/24 has 2 connections open");
  expect(gate.explain("2001:db8::4")).toMatchObject({ openFromAddress: 0, openFromNetwork: 2 });
});

test("one that connects too often is refused until its share of the time has passed, which is told", () => {
  const { gate, clock } = gateRig({ connectionRate: "3 per 30s" });
  expect(times(4, () => ask(gate, "192.0.2.1"))).toEqual(["in", "in", "in", "connection-rate"]);
  const refusal = gate.admit("192.0.2.1");
  expect(refusal).toEqual({ is: "refused", why: "connection-rate", untilMs: clock.wallMs() + 10_000 });
  expect(ask(gate, "192.0.2.2")).toBe("in");
  clock.advance(10_000);
  expect(times(2, () => ask(gate, "192.0.2.1"))).toEqual(["in", "connection-rate"]);
});

test("addresses of one /64 are one in a rate, as one customer has them all", () => {
  const { gate } = gateRig({ connectionRate: "2 per 1m" });
  expect(["2001:db8::1", "2001:db8::2", "2001:db8::3"].map((it) => ask(gate, it))).toEqual([
    "in",
    "in",
    "connection-rate",
  ]);
});

test("one that asks too often is turned away with all its connections, until the end that was named", () => {
  const { gate, clock, told } = gateRig({ requestRate: "2 per 1s", restrictFor: "1m" });
  const [visit, other] = [enter(gate, "192.0.2.1"), enter(gate, "192.0.2.1")];
  expect([visit.request(), other.request()]).toEqual([undefined, undefined]);
  const untilMs = clock.wallMs() + 60_000;
  expect(visit.request()).toEqual({ is: "refused", why: "request-rate", untilMs });
  expect(told[0]?.sentence).toContain("it asks more often than 2 per 1s, and is turned away until ");
  clock.advance(59_000);
  expect(other.request()).toEqual({ is: "refused", why: "restricted", untilMs });
  expect(gate.admit("192.0.2.1")).toEqual({ is: "refused", why: "restricted", untilMs });
  expect(gate.explain("192.0.2.1")?.restrictedUntilMs).toBe(untilMs);
  clock.advance(1000);
  expect(visit.request()).toBeUndefined();
  expect(ask(gate, "192.0.2.1")).toBe("in");
});

test("one that fails too often is turned away; the failures are counted by kind", () => {
  const { gate, told } = gateRig({ failureRate: "2 per 1m" });
  const visit = enter(gate, "192.0.2.1");
  expect([visit.failure("failed-login"), visit.failure("protocol-error")]).toEqual([undefined, undefined]);
  expect(visit.request()).toBeUndefined();
  expect(visit.failure("failed-login")?.why).toBe("failure-rate");
  expect(visit.request()?.why).toBe("restricted");
  expect(gate.failed).toEqual({ "failed-login": 2, "protocol-error": 1, "client-error": 0 });
  expect(told[0]?.sentence).toContain("fails more often than 2 per 1m, at last with a login that was refused, and is");
});

test("with restrictFor 0s a request too many is refused for itself, and failures have no consequence", () => {
  const { gate, clock } = gateRig({ requestRate: "1 per 1s", failureRate: "1 per 1s", restrictFor: "0s" });
  const visit = enter(gate, "192.0.2.1");
  expect(times(3, () => visit.failure("client-error"))).toEqual([undefined, undefined, undefined]);
  visit.request();
  expect(visit.request()).toEqual({ is: "refused", why: "request-rate", untilMs: clock.wallMs() + 1000 });
  clock.advance(1000);
  expect(visit.request()).toBeUndefined();
});

test("no limit, rate or restriction holds for who is exempt; the rules do", () => {
  const limits = {
    connectionsPerAddress: 1,
    connectionsPerNetwork: 1,
    connectionRate: "1 per 1m",
    requestRate: "1 per 1m",
  };
  const { gate } = gateRig({
    ...limits,
    failureRate: "1 per 1m",
    exempt: ["192.0.2.0/25"],
    access: ["deny 192.0.2.9"],
  });
  const visit = enter(gate, "192.0.2.1");
  expect(times(3, () => ask(gate, "192.0.2.1"))).toEqual(["in", "in", "in"]);
  expect(times(3, () => visit.request() ?? visit.failure("failed-login"))).toEqual([undefined, undefined, undefined]);
  expect(ask(gate, "192.0.2.9")).toBe("rule");
  // Those who are exempt take nothing from their neighbours, and give nothing back when they leave.
  visit.leave();
  expect([ask(gate, "192.0.2.200"), ask(gate, "192.0.2.201")]).toEqual(["in", "network-connections"]);
  enter(gate, "192.0.2.1").leave();
  expect(ask(gate, "192.0.2.201")).toBe("network-connections");
});

test("this machine is exempt as long as nobody says otherwise", () => {
  expect(times(3, () => ask(gateRig({ connectionsPerAddress: 1 }).gate, "127.0.0.1"))).toEqual(["in", "in", "in"]);
  const { gate } = gateRig({ connectionsPerAddress: 1, exempt: [] });
  expect(times(2, () => ask(gate, "127.0.0.1"))).toEqual(["in", "address-connections"]);
});

test("new settings hold at once, and what was counted stays counted", () => {
  const { gate } = gateRig({ requestRate: "1 per 1m", restrictFor: "1h" });
  const visit = enter(gate, "192.0.2.1");
  times(2, () => visit.request());
  gate.update(accessValues({ requestRate: "1 per 1m", restrictFor: "1h", connectionsPerAddress: 1 }));
  expect(visit.request()?.why).toBe("restricted");
  expect(ask(gate, "192.0.2.1")).toBe("address-connections");
  gate.update(accessValues({ access: ["deny *"] }));
  expect(visit.request()).toBeUndefined();
  expect(ask(gate, "192.0.2.2")).toBe("rule");
  gate.update(accessValues());
  visit.leave();
  expect(gate.explain("192.0.2.1")).toMatchObject({ openFromAddress: 0, openFromNetwork: 0 });
});

test("a header is wanted from the proxies alone, and a bad one is refused and told", () => {
  const { gate, told } = gateRig({ proxyProtocolFrom: ["192.0.2.0/28", "::1"] });
  const asked = ["192.0.2.5", "::ffff:192.0.2.5", "::1", "192.0.2.99", "unknown"];
  expect(asked.map((it) => gate.expectsProxyHeader(it))).toEqual([true, true, true, false, false]);
  expect(gate.refuseProxyHeader("192.0.2.5", "it begins with GET").why).toBe("proxy-header");
  expect(told[0]?.sentence).toBe(
    "smtp/sites/a refuses 192.0.2.5, as smtp/sites/a/proxyProtocolFrom says: it begins with GET.",
  );
});

test("the wall clock may jump: a restriction lasts as long as it was meant to", () => {
  const { gate, clock } = gateRig({ requestRate: "1 per 1s", restrictFor: "1m" });
  const visit = enter(gate, "192.0.2.1");
  times(2, () => visit.request());
  clock.jump(-86_400_000);
  clock.advance(59_999);
  expect(visit.request()?.untilMs).toBe(clock.wallMs() + 1);
  clock.jump(86_400_000 * 9);
  expect(visit.request()?.why).toBe("restricted");
  clock.advance(1);
  expect(visit.request()).toBeUndefined();
});

test("in whatever order connections come and go, none is counted that is not open", () => {
  const address = fc.constantFrom("192.0.2.1", "192.0.2.2", "192.0.3.1", "2001:db8::1", "2001:db8::2");
  const step = fc.oneof(address, fc.nat({ max: 20 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { gate } = gateRig({ connectionsPerAddress: 3, connectionsPerNetwork: 4 });
      const open: { readonly address: string; readonly visit: Visit }[] = [];
      const openFrom = (it: string) => open.filter(({ address }) => address === it).length;
      for (const it of steps) {
        if (typeof it === "number") open.splice(it, 1)[0]?.visit.leave();
        else {
          const admission = gate.admit(it);
          if (admission.is === "in") open.push({ address: it, visit: admission });
          else expect(openFrom(it) === 3 || gate.explain(it)?.openFromNetwork === 4).toBe(true);
        }
      }
      for (const { address } of open) expect(gate.explain(address)?.openFromAddress).toBe(openFrom(address));
      for (const { visit } of open) visit.leave();
      for (const it of ["192.0.2.1", "2001:db8::1"])
        expect(gate.explain(it)).toMatchObject({ openFromAddress: 0, openFromNetwork: 0 });
    }),
  );
});
