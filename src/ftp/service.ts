// The FTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the file engine lands.
import { good } from "../base/result.ts";
import { usualFields } from "../net/access-log/fields.ts";
import type { Connection } from "../net/connection.ts";
import { limitsOf, lineSite } from "../service/line-site.ts";
import { ftpProtocol } from "../service/protocol.ts";
import { defineService } from "../service/service.ts";
import { awayFarewell, FtpDialogue } from "./dialogue.ts";
import { ftpSection, ftpSite } from "./settings.ts";

export const ftpService = defineService({
  name: "ftp",
  title: "FTP",
  section: ftpSection,
  siteSection: ftpSite,
  protocols: [],
  needs: [],
  events: {},
  accessLog: { stem: "FTPSVC", fields: usualFields("ftp"), turnedAwayStatus: 421 },
  firstSite: { bindings: ["127.0.0.1:2121"] },
  openSite(input) {
    const { values, login } = input;
    const words = { login, greeting: values.greeting, limits: limitsOf(values) };
    const dialogue = (connection: Connection) => new FtpDialogue(words, connection);
    return good(lineSite(input, { protocol: ftpProtocol, dialogue, awayFarewell }));
  },
});
