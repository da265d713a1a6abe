// The SMTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the mail engine lands.
import { hostname } from "node:os";
import { good } from "../base/result.ts";
import { usualFields } from "../net/access-log/fields.ts";
import { limitsOf, lineSite } from "../service/line-site.ts";
import { smtpProtocol } from "../service/protocol.ts";
import { defineService } from "../service/service.ts";
import { awayFarewell, SmtpDialogue } from "./dialogue.ts";
import { smtpSection, smtpSite } from "./settings.ts";

export const smtpService = defineService({
  name: "smtp",
  title: "SMTP",
  section: smtpSection,
  siteSection: smtpSite,
  protocols: [],
  needs: [],
  events: {},
  accessLog: { stem: "SMTPSVC", fields: usualFields("smtp"), turnedAwayStatus: 421 },
  firstSite: { bindings: ["127.0.0.1:2525"] },
  openSite(input) {
    const { values, secret, login } = input;
    const name = values.fullyQualifiedName ?? hostname();
    const password = secret("smartHostPassword");
    const words = { name, login, limits: limitsOf(values) };
    return good(
      lineSite(input, {
        protocol: smtpProtocol,
        dialogue: (connection) => new SmtpDialogue(words, connection),
        awayFarewell: awayFarewell(name),
        faults: password === undefined || password.ok ? [] : [password.error],
      }),
    );
  },
});
