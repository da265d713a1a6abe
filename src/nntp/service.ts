// The NNTP service as everybody knows it who manages it: its settings. Thin until the news engine lands.
import { usualFields } from "../net/access-log/fields.ts";
import type { Service } from "../service/service.ts";
import { nntpSection, nntpSite } from "./settings.ts";

export const nntpService: Service = {
  name: "nntp",
  title: "NNTP",
  section: nntpSection,
  siteSection: nntpSite,
  protocols: [],
  needs: [],
  events: {},
  accessLog: { stem: "NNTPSVC", fields: usualFields("nntp"), turnedAwayStatus: 400 },
  firstSite: { bindings: ["127.0.0.1:1119"] },
  engine: () => import("./engine.ts").then((it) => it.nntpEngine),
};
