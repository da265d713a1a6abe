import { expect, test } from "bun:test";
import { printPath } from "../../proto/smtp/path.ts";
import type { TrialQuestion } from "../../proto/smtp/trial.ts";
import { type SiteWords, siteFrom } from "../accept/testing/rig.ts";
import { planTrial } from "./plan-trial.ts";

function plan(words: SiteWords, question: Partial<TrialQuestion> = {}) {
  const nothing = { from: undefined, subject: undefined, route: undefined, host: undefined };
  const planned = planTrial({ to: "ada@far.example", ...nothing, send: true, ...question }, siteFrom(words));
  if (!planned.ok) return planned.error;
  const { sender, recipient, legs, because } = planned.value;
  return { from: printPath(sender), to: printPath(recipient), ways: legs.map((it) => it.way.name), because };
}
const smartHost = { smartHost: "relay.example" };
const routes = {
  acme: { domains: ["*.acme.example"], senders: ["*@example.org"], hosts: "acme.example", fallback: "spare" },
  spare: { hosts: "spare.example" },
};

test("the way is that of the deliverer, and its reason is told", () => {
  const usual = { from: "<postmaster@example.org>", to: "<ada@far.example>" };
  expect(plan({})).toEqual({ ...usual, ways: ["direct"], because: "smtp/sites/default/smartHost is not set" });
  expect(plan({ settings: smartHost })).toEqual({
    ...usual,
    ways: ["smart host"],
    because: "smtp/sites/default/smartHost is set",
  });
  expect(plan({ settings: { ...smartHost, directFirst: true } })).toEqual({
    ...usual,
    ways: ["direct", "smart host"],
    because: "smtp/sites/default/directFirst is on",
  });
  expect(plan({ settings: smartHost, routes }, { to: "ada@eu.acme.example" })).toMatchObject({
    ways: ["route acme", "route spare"],
    because: "smtp/sites/default/routes/acme is for mail to *.acme.example and mail from *@example.org",
  });
  expect(plan({ settings: smartHost, routes })).toMatchObject({
    ways: ["smart host"],
    because: "smtp/sites/default/smartHost is set, and no route is for this mail",
  });
});

test("who names a route or a host gets it, whatever the settings say", () => {
  expect(plan({ settings: smartHost, routes }, { route: "spare" })).toMatchObject({ ways: ["route spare"] });
  expect(plan({ settings: smartHost }, { host: "[192.0.2.9]:587" })).toMatchObject({ ways: ["host"] });
  expect(plan({ routes }, { route: "acne" })).toBe('smtp/sites/default has no route acne (did you mean "acme"?)');
  expect(plan({}, { host: "relay:99999" })).toStartWith(
    "relay:99999 is no host: it needs one or several hosts such as",
  );
});

test("a sender is shown to the world as the site shows it", () => {
  const settings = { masqueradeDomain: "shown.example" };
  expect(plan({ settings }, { from: "scan" })).toMatchObject({ from: "<scan@shown.example>" });
  expect(plan({ settings }, { from: "<a@b.example>" })).toMatchObject({ from: "<a@b.example>" });
  expect(plan({}, { from: "<>" })).toMatchObject({ from: "<>" });
});

test("what makes no sense is said", () => {
  expect(plan({}, { to: "ada@" })).toStartWith("The recipient ada@ is no address: ");
  expect(plan({}, { from: "a b@c.example" })).toStartWith("The sender a b@c.example is no address: ");
  expect(plan({}, { to: "ada@example.org" })).toContain("example.org is a domain of smtp/sites/default itself");
});
