// The NNTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the news engine lands.
import { good } from "../base/result.ts";
import { usualFields } from "../net/access-log/fields.ts";
import type { Connection } from "../net/connection.ts";
import { limitsOf, lineSite } from "../service/line-site.ts";
import { nntpProtocol } from "../service/protocol.ts";
import { defineService } from "../service/service.ts";
import { awayFarewell, NntpDialogue } from "./dialogue.ts";
import { nntpSection, nntpSite } from "./settings.ts";

export const nntpService = defineService({
  name: "nntp",
  title: "NNTP",
  section: nntpSection,
  siteSection: nntpSite,
  protocols: [],
  needs: [],
  events: {},
  accessLog: { stem: "NNTPSVC", fields: usualFields("nntp"), turnedAwayStatus: 400 },
  firstSite: { bindings: ["127.0.0.1:1119"] },
  openSite(input) {
    const { values, login } = input;
    const words = { login, limits: limitsOf(values) };
    const dialogue = (connection: Connection) => new NntpDialogue(words, connection);
    return good(lineSite(input, { protocol: nntpProtocol, dialogue, awayFarewell }));
  },
});
