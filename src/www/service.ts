// The WWW service as the supervisor knows it: its settings, what its sites share, and how a site is opened.
import { good } from "../base/result.ts";
import { usualFields } from "../net/access-log/fields.ts";
import { defineService } from "../service/service.ts";
import { fileCacheSection } from "./content/content-settings.ts";
import { wwwDoctorChecks } from "./doctor-checks.ts";
import { webProtocols } from "./engine/engine-settings.ts";
import { wwwEvents } from "./events.ts";
import { servedFolderChecks } from "./served-folder-checks.ts";
import { wwwSection, wwwSite } from "./settings.ts";
import { WebCommon } from "./web-common.ts";
import { WebSite } from "./web-site.ts";
import { welcomeFiles } from "./welcome.ts";
import { explainStatus } from "./why/explain-status.ts";

export const wwwService = defineService({
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
  openCommon: (world) => Promise.resolve(new WebCommon(world)),
  openSite(input) {
    if (!(input.common instanceof WebCommon)) throw new Error("a web site without what its service shares");
    return good(new WebSite(input, input.common));
  },
});
