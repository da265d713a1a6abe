// The SMTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the mail engine lands.
import { hostname } from "node:os";
import { good } from "../base/result.ts";
import { usualFields } from "../net/access-log/fields.ts";
import { commandTeller, LoggedDialogue } from "../net/access-log/logged-dialogue.ts";
import type { Connection } from "../net/connection.ts";
import { usualLimits } from "../net/line-dialogue.ts";
import { lineSite } from "../service/line-site.ts";
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
  accessLog: { stem: "SMTPSVC", fields: usualFields("smtp") },
  firstSite: { bindings: ["127.0.0.1:2525"] },
  openSite({ values, secret, clock, login, log }) {
    const name = values.fullyQualifiedName ?? hostname();
    const password = secret("smartHostPassword");
    const words = { name, login, limits: { ...usualLimits, idleMs: values.idleTimeout } };
    const faults = password === undefined || password.ok ? [] : [password.error];
    const tell = commandTeller("uriQuery");
    const dialogue = (connection: Connection) =>
      new LoggedDialogue(new SmtpDialogue(words, connection), { connection, log, clock, tell });
    return good(lineSite(dialogue, awayFarewell(name), clock, faults));
  },
});
