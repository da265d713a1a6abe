// A small model for the tests of this room: two services with sites that have bindings, inherit, refer and keep
// secrets. It stands for the real ones and knows none of them.
import { list, table } from "../../schema/kinds/group.ts";
import { reference, secret } from "../../schema/kinds/link.ts";
import { byteSize, duration } from "../../schema/kinds/measure.ts";
import { binding, hostName, secureBinding } from "../../schema/kinds/network.ts";
import { path } from "../../schema/kinds/place.ts";
import { choice, flag, text, whole } from "../../schema/kinds/plain.ts";
import { collection, model, section, setting } from "../../schema/section.ts";

const facts = { since: "0.1", applies: "live", doc: "For tests." } as const;

export const shared = {
  idleTimeout: setting(duration({ min: "1s", max: "1d" }), { ...facts, fallback: "10m" }),
  connectionsMax: setting(whole({ min: 1, max: 1_000_000 }), { ...facts, fallback: 1000 }),
};

export const certificate = section(
  "certificate",
  "Certificates.",
  {},
  {
    certificates: collection(
      section("entry", "One certificate.", {
        file: setting(path, { ...facts, fallback: "keys/none.pem" }),
        key: setting(secret, { ...facts, fallback: null }),
      }),
      { doc: "By name." },
    ),
  },
);

export const domain = section("domain", "A domain.", {
  ...shared,
  smartHost: setting(text({ max: 200 }), { ...facts, fallback: "" }),
  sizeMax: setting(byteSize({ max: "1GiB" }), { ...facts, fallback: "32MiB" }),
  password: setting(secret, { ...facts, fallback: null }),
});

export const smtpSite = section(
  "site",
  "An SMTP site.",
  {
    ...shared,
    bindings: setting(list(binding, { max: 16 }), { ...facts, fallback: [] }),
    secureBindings: setting(list(secureBinding, { max: 16 }), { ...facts, fallback: [] }),
    title: setting(text({ max: 200 }), { ...facts, fallback: "" }),
    certificate: setting(reference("certificate/certificates"), { ...facts, fallback: null }),
    users: setting(table({ login: text({ max: 50 }), admin: flag }, { max: 100 }), { ...facts, fallback: {} }),
  },
  { domains: collection(domain, { doc: "Domains.", named: hostName() }) },
);

export const smtp = section(
  "smtp",
  "Mail.",
  { ...shared, relay: setting(choice(["none", "listed"]), { ...facts, fallback: "none" }) },
  { sites: collection(smtpSite, { doc: "Sites.", max: 20_000 }) },
);

export const folder = section("folder", "A folder of a site.", {
  path: setting(path, { ...facts, fallback: "content" }),
  log: setting(flag, { ...facts, fallback: true }),
  notes: setting(list(text({ max: 100 }), { max: 8 }), { ...facts, fallback: [] }),
});

export const wwwSite = section(
  "site",
  "A web site.",
  {
    ...shared,
    bindings: setting(list(binding, { max: 16 }), { ...facts, fallback: [] }),
    secureBindings: setting(list(secureBinding, { max: 16 }), { ...facts, fallback: [] }),
    certificates: setting(list(reference("certificate/certificates"), { max: 4 }), { ...facts, fallback: [] }),
  },
  { folders: collection(folder, { doc: "Folders.", max: 20 }) },
);

export const www = section("www", "The web.", shared, { sites: collection(wwwSite, { doc: "Sites." }) });

export const testModel = model([certificate, smtp, www]);
