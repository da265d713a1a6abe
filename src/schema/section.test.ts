import { expect, test } from "bun:test";
import { decodeOwn, problemSentence } from "./decode.ts";
import { modelSchema } from "./json-schema.ts";
import { list } from "./kinds/group.ts";
import { secret } from "./kinds/link.ts";
import { byteSize, duration } from "./kinds/measure.ts";
import { binding } from "./kinds/network.ts";
import { choice, whole } from "./kinds/plain.ts";
import { outline } from "./outline.ts";
import { originOf, valuesOf } from "./resolve.ts";
import { collection, model, section, setting, type Values } from "./section.ts";

const facts = { since: "0.1", applies: "live", doc: "A test." } as const;
const shared = {
  idleTimeout: setting(duration({ min: "1s", max: "1d" }), { ...facts, fallback: "10m" }),
  messageBytesMax: setting(byteSize({ max: "4GiB" }), { ...facts, fallback: "32MiB", iis: "MaxMessageSize" }),
};
const site = section("site", "A site.", {
  ...shared,
  bindings: setting(list(binding, { max: 4 }), { ...facts, fallback: [] }),
  password: setting(secret, { ...facts, fallback: null }),
});
const smtp = section(
  "smtp",
  "Mail.",
  { ...shared, relay: setting(choice(["none", "listed"]), { ...facts, fallback: "none" }) },
  { sites: collection(site, { doc: "Sites." }) },
);

const valuesFit: Values<typeof site> = { idleTimeout: 1, messageBytesMax: 1, bindings: [], password: null };

test("all problems of a node are told at once, with path, value and wish", () => {
  const { problems } = decodeOwn(
    site,
    { idleTimeout: "soon", bindings: ["*:25", "x"], messageByteMax: 5, password: "hunter2" },
    "smtp/sites/default",
  );
  expect(problems.map(problemSentence)).toEqual([
    'smtp/sites/default/idleTimeout is "soon", but needs a duration from 1s to 1d, such as 90s, 10m or 1h30m',
    'smtp/sites/default/bindings/1 is "x", but needs address:port or address:port:host, such as *:80, 192.0.2.1:25, [::1]:443 or *:80:www.example.org',
    'smtp/sites/default has no setting "messageByteMax" (did you mean "messageBytesMax"?)',
    'smtp/sites/default/password is "(not shown)", but needs a sealed secret: set it with `inetsrv config set`',
  ]);
});

test("what is kept is the canonical spelling, and null is no statement", () => {
  const given = {
    idleTimeout: "90 s",
    messageBytesMax: 1024,
    bindings: [":25", "[0:0::1]:80:WWW.Example.org."],
    password: null,
  };
  expect(decodeOwn(site, given, "x")).toEqual({
    own: { idleTimeout: "1m30s", messageBytesMax: "1KiB", bindings: ["*:25", "[::1]:80:www.example.org"] },
    problems: [],
  });
});

test("a value is own, inherited from a node that shares the setting, or the default", () => {
  const top = { path: "smtp", section: smtp, own: { idleTimeout: "5m", relay: "listed" } };
  const chain = [top, { path: "smtp/sites/a", section: site, own: { messageBytesMax: "1MiB" } }];
  expect(originOf(chain, "idleTimeout", site.settings.idleTimeout)).toEqual({
    from: "inherited",
    path: "smtp",
    written: "5m",
  });
  expect(originOf(chain, "bindings", site.settings.bindings)).toEqual({ from: "default", written: [] });
  expect(valuesOf(site, chain)).toEqual({ ...valuesFit, idleTimeout: 300_000, messageBytesMax: 1_048_576 });
});

test("the outline and the JSON Schema hold every setting", () => {
  const whole = model([smtp]);
  const paths = [...outline(whole)].filter((it) => it.is === "setting").map((it) => it.path);
  expect(paths).toEqual([
    "smtp/idleTimeout",
    "smtp/messageBytesMax",
    "smtp/relay",
    "smtp/sites/<name>/idleTimeout",
    "smtp/sites/<name>/messageBytesMax",
    "smtp/sites/<name>/bindings",
    "smtp/sites/<name>/password",
  ]);
  const schema = JSON.stringify(modelSchema(whole));
  for (const path of paths) expect(schema).toContain(`"${path.split("/").at(-1)}":`);
});

test("a default that its own kind refuses is a bug found at once", () => {
  expect(() => setting(whole({ min: 1, max: 2 }), { ...facts, fallback: 3 })).toThrow("expected a value");
});
