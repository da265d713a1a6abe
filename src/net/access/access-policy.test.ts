import { expect, test } from "bun:test";
import { policyMaker } from "./access-policy.ts";
import { accessValues } from "./testing/gate-rig.ts";

test("the same lists are made ready once, and another list anew", () => {
  const make = policyMaker();
  const written = { access: ["deny 192.0.2.0/24", "deny *"], exempt: ["192.0.2.1"], proxyProtocolFrom: ["192.0.2.2"] };
  const first = make(accessValues(written));
  const second = make(accessValues({ ...written, connectionsPerAddress: 1 }));
  for (const part of ["rules", "exempt", "proxies"] as const) expect(second[part]).toBe(first[part]);
  expect(second.values.connectionsPerAddress).toBe(1);
  const others = {
    access: ["deny 192.0.2.0/25", "deny *"],
    exempt: ["192.0.2.3"],
    proxyProtocolFrom: ["192.0.2.2/31"],
  };
  const third = make(accessValues(others));
  for (const part of ["rules", "exempt", "proxies"] as const) expect(third[part]).not.toBe(first[part]);
});

test("an address is turned away only for what is set", () => {
  const make = policyMaker();
  const restricts = (written: Parameters<typeof accessValues>[0]) => make(accessValues(written)).restricts;
  expect([restricts({}), restricts({ connectionRate: "1 per 1m" })]).toEqual([false, false]);
  expect([restricts({ requestRate: "1 per 1m" }), restricts({ failureRate: "1 per 1m" })]).toEqual([true, true]);
  expect(restricts({ requestRate: "1 per 1m", restrictFor: "0s" })).toBe(false);
});
