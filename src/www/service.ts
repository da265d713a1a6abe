// The WWW service as the supervisor knows it: its settings, and how a site is opened. Thin until the web engine lands.
import { good } from "../base/result.ts";
import { usualFields } from "../net/access-log/fields.ts";
import type { Connection } from "../net/connection.ts";
import { limitsOf, lineSite } from "../service/line-site.ts";
import { httpProtocol } from "../service/protocol.ts";
import { defineService } from "../service/service.ts";
import { awayFarewell, WwwDialogue } from "./dialogue.ts";
import { wwwSection, wwwSite } from "./settings.ts";

export const wwwService = defineService({
  name: "www",
  title: "WWW",
  section: wwwSection,
  siteSection: wwwSite,
  protocols: ["http/1.1"],
  needs: [],
  events: {},
  accessLog: { stem: "W3SVC", fields: usualFields("www"), turnedAwayStatus: 503 },
  firstSite: { bindings: ["127.0.0.1:8080"] },
  openSite(input) {
    const limits = limitsOf(input.values);
    const dialogue = (connection: Connection) => new WwwDialogue(connection, limits);
    return good(lineSite(input, { protocol: httpProtocol, dialogue, awayFarewell }));
  },
});
