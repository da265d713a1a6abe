import { expect, test } from "bun:test";
import type { JsonObject } from "../../base/json.ts";
import { openRelayReason } from "./open-relay.ts";
import { siteFrom } from "./testing/rig.ts";

const reason = (settings: JsonObject, domains: Readonly<Record<string, JsonObject>> = {}) =>
  openRelayReason(siteFrom({ settings: { bindings: ["*:25"], ...settings }, domains }));

test.each([
  [{ relay: ["relay *"] }],
  [{ relay: ["relay * from *@example.org"] }],
  [{ relay: ["relay * to *.com"] }],
  [{ relay: ["relay 0.0.0.0/0"] }],
  [{ relay: ["relay 128.0.0.0/1"] }],
  [{ relay: ["relay 2000::/3"] }],
  [{ relay: ["refuse 192.0.2.1", "relay *"] }],
  [{ relay: ["relay *"], bindings: ["127.0.0.1:25"], secureBindings: ["192.0.2.1:465"] }],
  [{ relay: ["relay *"], accessUnlisted: "deny", access: ["allow *"] }],
])("%j is open", (settings) => {
  expect(reason(settings)).toContain("it listens on");
});

test.each([
  [{}],
  [{ relay: ["relay 192.0.2.0/24", "relay 10.0.0.0/8", "relay fc00::/7", "relay account *"] }],
  [{ relay: ["relay * to example.net"] }],
  [{ relay: ["refuse *", "relay *"] }],
  [{ relay: ["relay *"], bindings: ["127.0.0.1:25", "[::1]:25"] }],
  [{ relay: ["relay *"], requireLogin: true }],
  [{ relay: ["relay *"], accessUnlisted: "deny", access: ["allow 192.0.2.0/24"] }],
  [{ relay: ["relay *"], access: ["allow 192.0.2.0/24", "deny *"] }],
])("%j is not", (settings) => {
  expect(reason(settings)).toBeUndefined();
});

test("a remote domain as wide as all of .com is open, one of a partner is not", () => {
  expect(reason({}, { "*.com": { type: "remote", relay: true } })).toContain("*.com");
  expect(
    reason({}, { "*.partner.example": { type: "remote", relay: true }, "*.com": { type: "remote" } }),
  ).toBeUndefined();
});
