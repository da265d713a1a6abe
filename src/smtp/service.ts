// The SMTP service as everybody knows it who manages it: its settings, its checks, and what its replies mean.
import { usualFields } from "../net/access-log/fields.ts";
import type { Service } from "../service/service.ts";
import { deliverEvents } from "./deliver/events.ts";
import { smtpDoctorChecks } from "./doctor-checks.ts";
import { smtpEvents } from "./events.ts";
import { explainReply } from "./explain-reply.ts";
import { folderEvents } from "./folders/events.ts";
import { mailMetrics } from "./metrics.ts";
import { queueSection } from "./queue-settings.ts";
import { smtpSection, smtpSite } from "./settings.ts";

export const smtpService: Service = {
  name: "smtp",
  title: "SMTP",
  section: smtpSection,
  siteSection: smtpSite,
  commonSection: queueSection,
  keepsSpool: true,
  tidiesSooner: true,
  protocols: [],
  needs: [],
  events: { ...smtpEvents, ...deliverEvents, ...folderEvents },
  explainAnswer: explainReply,
  doctorChecks: smtpDoctorChecks,
  accessLog: { stem: "SMTPSVC", fields: usualFields("smtp"), turnedAwayStatus: 421 },
  metrics: mailMetrics,
  firstSite: { bindings: ["127.0.0.1:2525"] },
  engine: () => import("./engine.ts").then((it) => it.smtpEngine),
};
