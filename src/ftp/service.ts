// The FTP service as everybody knows it who manages it: its settings. Thin until the file engine lands.
import { usualFields } from "../net/access-log/fields.ts";
import type { Service } from "../service/service.ts";
import { ftpSection, ftpSite } from "./settings.ts";

export const ftpService: Service = {
  name: "ftp",
  title: "FTP",
  section: ftpSection,
  siteSection: ftpSite,
  protocols: [],
  needs: [],
  events: {},
  accessLog: { stem: "FTPSVC", fields: usualFields("ftp"), turnedAwayStatus: 421 },
  firstSite: { bindings: ["127.0.0.1:2121"] },
  engine: () => import("./engine.ts").then((it) => it.ftpEngine),
};
