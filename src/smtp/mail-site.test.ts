import { expect, test } from "bun:test";
import { about, fault } from "../base/fault.ts";
import { bad, good } from "../base/result.ts";
import { siteFrom } from "./accept/testing/rig.ts";
import { folderTrouble, mailSite } from "./mail-site.ts";
import { waitingPlace } from "./waiting-place.ts";

const home = { root: "home", from: "--home" } as const;
const plain = siteFrom();

test("a secret that cannot be opened is a fault of the site, and one that can is for the way that it belongs to", () => {
  const away = fault(
    about("secret", "smtp/sites/default/routes/acme/password"),
    "Cannot open it",
    "no key",
    "Bring it",
  );
  const route = { hosts: "relay.acme.example", user: "ada", domains: ["acme.example"] };
  const written = { tls: null, password: null, sender: null, connectionsMax: null, messagesPerConnection: null };
  const settings = { ...written, senders: [], pace: null, fallback: null, ...route };
  const site = (
    secret: (key: string) => ReturnType<typeof good<string>> | ReturnType<typeof bad<typeof away>> | undefined,
  ) => mailSite({ ...plain, below: { routes: { acme: { settings, collections: {} } } }, secret }, "machine");
  const closed = site((key) => (key === "routes/acme/password" ? bad(away) : undefined));
  expect(closed.faults).toEqual([away]);
  const open = site((key) => (key === "routes/acme/password" ? good("right") : undefined));
  expect(open.faults).toEqual([]);
  expect(open.policy.routes.get("acme")?.login).toEqual({ account: "ada", password: "right" });
  const recipient = { local: "c", domain: "ACME.example" };
  expect(waitingPlace(open, { sender: null, recipient })).toBe("route:default/acme");
});

test("mail waits with that of the same local domain, or of the domain that it goes to", () => {
  const site = siteFrom({ domains: { "alias.example": { type: "alias" }, "far.example": { type: "remote" } } });
  const place = (domain: string) => waitingPlace(site, { sender: null, recipient: { local: "a", domain } });
  expect(place("Alias.example")).toBe("local:example.org");
  expect(place("Far.Example")).toBe("far.example");
  expect(place("bücher.example")).toBe("xn--bcher-kva.example");
});

test("nothing is picked up from a folder that mail is put into", () => {
  const trouble = (settings = {}, domains = {}) => folderTrouble(home, siteFrom({ settings, domains }))?.because;
  expect(trouble()).toBeUndefined();
  expect(trouble({ pickupFolder: "one", dropFolder: "./one" })).toBe(
    "what is dropped would be picked up and sent again",
  );
  expect(trouble({ pickupFolder: "one" }, { "own.example": { dropFolder: "one" } })).toContain("picked up");
  expect(trouble({ pickupFolder: "one", badmailFolder: "one" })).toBe("bad mail would be picked up and sent again");
  expect(trouble({ pickupFolder: "one", dropFolder: "one", pickup: false })).toBeUndefined();
});
