import { expect, test } from "bun:test";
import { secret } from "../schema/kinds/link.ts";
import { flag } from "../schema/kinds/plain.ts";
import { collection, section, setting } from "../schema/section.ts";
import { secretsBelow } from "./secret-places.ts";

const facts = { since: "0.1", applies: "live", doc: "For the test." } as const;
const key = section("key", "A key.", { value: setting(secret, { ...facts, fallback: null }) });
const route = section(
  "route",
  "A route.",
  { password: setting(secret, { ...facts, fallback: null }), on: setting(flag, { ...facts, fallback: true }) },
  { keys: collection(key, { doc: "Keys." }) },
);
const site = section("site", "A site.", {}, { routes: collection(route, { doc: "Routes." }) });

test("secrets at every depth are found by the name that a site asks for, and by the path where they stand", () => {
  const node = (collections = {}) => ({ settings: {}, collections });
  const snapshot = node({ routes: { "a/b": node({ keys: { one: node() } }), plain: node() } });
  expect([...secretsBelow(site, snapshot, { path: "smtp/sites/default" })]).toEqual([
    { asked: "routes/a/b/password", path: "smtp/sites/default/routes/a%2Fb/password" },
    { asked: "routes/a/b/keys/one/value", path: "smtp/sites/default/routes/a%2Fb/keys/one/value" },
    { asked: "routes/plain/password", path: "smtp/sites/default/routes/plain/password" },
  ]);
});
