// The WWW service as everybody knows it who manages it: its settings, its checks, and what its answers mean.
import { usualFields } from "../net/access-log/fields.ts";
import type { Service } from "../service/service.ts";
import { fileCacheSection } from "./content/content-settings.ts";
import { wwwDoctorChecks } from "./doctor-checks.ts";
import { webProtocols } from "./engine/engine-settings.ts";
import { wwwEvents } from "./events.ts";
import { servedFolderChecks } from "./served-folder-checks.ts";
import { wwwSection, wwwSite } from "./settings.ts";
import { welcomeFiles } from "./welcome.ts";
import { explainStatus } from "./why/explain-status.ts";

export const wwwService: Service = {
  name: "www",
  title: "WWW",
  section: wwwSection,
  siteSection: wwwSite,
  commonSection: fileCacheSection,
  protocols: webProtocols,
  quicProtocol: "h3",
  staysInClear: true,
  needs: [],
  events: wwwEvents,
  explainAnswer: explainStatus,
  checks: servedFolderChecks,
  doctorChecks: wwwDoctorChecks,
  accessLog: { stem: "W3SVC", fields: usualFields("www"), turnedAwayStatus: 503 },
  firstSite: { bindings: ["127.0.0.1:8080"] },
  firstFiles: welcomeFiles,
  engine: () => import("./engine/engine.ts").then((it) => it.wwwEngine),
};
