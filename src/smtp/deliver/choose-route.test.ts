import { expect, test } from "bun:test";
import { destinationOf, legsFor } from "./choose-route.ts";
import { policyOf } from "./testing/deliver-rig.ts";

const ask = (recipient: string, sender = "erp@plant.example") => ({ sender, recipient });
const names = (legs: ReturnType<typeof legsFor>) =>
  legs.map((it) => `${it.way.name}: ${it.to.is === "domain" ? it.to.domain : "hosts"}`);

test("Without a smart host mail waits with its domain, and goes to the hosts of that", () => {
  const policy = policyOf();
  expect(destinationOf(policy, "default", ask("a@Example.ORG"))).toBe("example.org");
  expect(names(legsFor(policy, "example.org", ask("a@Example.ORG")))).toEqual(["direct: example.org"]);
  expect(destinationOf(policy, "default", ask("a@bücher.example"))).toBe("xn--bcher-kva.example");
});

test("With a smart host all mail waits together", () => {
  const policy = policyOf({ smartHost: "relay.test" });
  expect(destinationOf(policy, "default", ask("a@example.org"))).toBe("smarthost:default");
  expect(names(legsFor(policy, "smarthost:default", ask("a@example.org")))).toEqual(["smart host: hosts"]);
});

test("Direct first waits with its domain, and has the smart host behind it", () => {
  const policy = policyOf({ smartHost: "relay.test", directFirst: true });
  expect(destinationOf(policy, "default", ask("a@example.org"))).toBe("example.org");
  expect(names(legsFor(policy, "example.org", ask("a@example.org")))).toEqual([
    "direct: example.org",
    "smart host: hosts",
  ]);
});

test("What waits from before a change of the settings goes as they are now", () => {
  const policy = policyOf({ smartHost: "relay.test" });
  expect(names(legsFor(policy, "example.org", ask("a@example.org")))).toEqual(["smart host: hosts"]);
  expect(names(legsFor(policyOf(), "smarthost:default", ask("a@example.org")))).toEqual(["direct: example.org"]);
  expect(names(legsFor(policyOf(), "route:default/gone", ask("a@example.org")))).toEqual(["direct: example.org"]);
});

test("The route that says most about the recipient is taken, then the one that says most about the sender", () => {
  const policy = policyOf(
    {},
    {
      all: { hosts: "a.test", senders: ["*"] },
      below: { hosts: "b.test", domains: ["*.example.org"] },
      exact: { hosts: "c.test", domains: ["mail.example.org"] },
      person: { hosts: "d.test", domains: ["mail.example.org"], senders: ["boss@*"] },
      unused: { hosts: "e.test" },
    },
  );
  const taken = (recipient: string, sender?: string) => destinationOf(policy, "default", ask(recipient, sender));
  expect(taken("a@other.example")).toBe("route:default/all");
  expect(taken("a@x.example.org")).toBe("route:default/below");
  expect(taken("a@mail.example.org")).toBe("route:default/exact");
  expect(taken("a@mail.example.org", "boss@plant.example")).toBe("route:default/person");
});

test("A route falls back on another, and a circle of them is gone round once", () => {
  const policy = policyOf(
    {},
    {
      one: { hosts: "a.test", domains: ["example.org"], fallback: "two" },
      two: { hosts: "b.test", fallback: "one" },
    },
  );
  expect(names(legsFor(policy, "route:default/one", ask("a@example.org")))).toEqual([
    "route one: hosts",
    "route two: hosts",
  ]);
});

test("What an operator reroutes goes to that route or domain", () => {
  const policy = policyOf({}, { spare: { hosts: "a.test" } });
  expect(names(legsFor(policy, "route:default/spare", ask("a@example.org")))).toEqual(["route spare: hosts"]);
  expect(names(legsFor(policy, "other.example", ask("a@example.org")))).toEqual(["direct: other.example"]);
});
