import { expect, test } from "bun:test";
import { siteFrom } from "./testing/rig.ts";

const { domains } = siteFrom({
  settings: { defaultDomain: "Example.ORG" },
  domains: {
    "alias.example": { type: "alias" },
    "own.example": { recipients: ["Info", "sales"] },
    "partner.example": { type: "remote", relay: true },
    "*.far.example": { type: "remote" },
    "deep.far.example": {},
    "*.deep.far.example": { type: "remote", relay: true },
  },
});

test("the default domain is local, and keeps the mail of its aliases", () => {
  expect(domains.find({ domain: "EXAMPLE.org" })).toMatchObject({ is: "local", keptAs: "example.org" });
  expect(domains.find({ domain: "alias.example" })).toMatchObject({ is: "local", keptAs: "example.org" });
  expect(domains.find({ domain: "own.example" })).toMatchObject({ is: "local", keptAs: "own.example" });
});

test("a domain that is named comes before a star, and the nearest star before others", () => {
  const named = (domain: string) => domains.find({ domain })?.name;
  expect(named("a.far.example")).toBe("*.far.example");
  expect(named("deep.far.example")).toBe("deep.far.example");
  expect(named("a.b.deep.far.example")).toBe("*.deep.far.example");
  expect(named("far.example")).toBeUndefined();
  expect(named("elsewhere.example")).toBeUndefined();
});

test("nobody makes the default domain remote, as bare addresses have to stay somewhere", () => {
  const site = siteFrom({ domains: { "example.org": { type: "remote", relay: true } } });
  expect(site.domains.find({ domain: "example.org" })).toMatchObject({ is: "local" });
});

test("without a default domain it is the name of the site, and without that the name of the machine", () => {
  expect(siteFrom({ settings: { defaultDomain: null } }).domains.defaultDomain).toBe("mail.example");
  const nameless = siteFrom({ settings: { defaultDomain: null, fullyQualifiedName: null } });
  expect([nameless.hostName, nameless.domains.defaultDomain]).toEqual(["machine", "machine"]);
});
