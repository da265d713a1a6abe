// The SMTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the mail engine lands.
import { hostname } from "node:os";
import type { Line } from "../base/line-reader.ts";
import { good } from "../base/result.ts";
import { type LineDialogue, usualLimits } from "../net/line-dialogue.ts";
import { lineSite } from "../service/line-site.ts";
import { defineService } from "../service/service.ts";
import { answer, awayFarewell, COMMAND_LINE_BYTES_MAX, farewells, greeting } from "./dialogue.ts";
import { smtpSection, smtpSite } from "./settings.ts";

export const smtpService = defineService({
  name: "smtp",
  title: "SMTP",
  section: smtpSection,
  siteSection: smtpSite,
  protocols: [],
  needs: [],
  events: {},
  firstSite: { bindings: ["127.0.0.1:2525"] },
  openSite({ values, secret, clock }) {
    const name = values.fullyQualifiedName ?? hostname();
    const password = secret("smartHostPassword");
    const dialogue: LineDialogue = {
      greeting: greeting(name),
      lineBytesMax: COMMAND_LINE_BYTES_MAX,
      limits: { ...usualLimits, idleMs: values.idleTimeout },
      farewells: farewells(name),
      answer: (line: Line) => answer(line, name),
    };
    const faults = password === undefined || password.ok ? [] : [password.error];
    return good(lineSite(() => dialogue, awayFarewell(name), clock, faults));
  },
});
