// The FTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the file engine lands.
import { good } from "../base/result.ts";
import { type LineDialogue, usualLimits } from "../net/line-dialogue.ts";
import { lineSite } from "../service/line-site.ts";
import { defineService } from "../service/service.ts";
import { answer, awayFarewell, COMMAND_LINE_BYTES_MAX, farewells, greeting } from "./dialogue.ts";
import { ftpSection, ftpSite } from "./settings.ts";

export const ftpService = defineService({
  name: "ftp",
  title: "FTP",
  section: ftpSection,
  siteSection: ftpSite,
  protocols: [],
  needs: [],
  events: {},
  firstSite: { bindings: ["127.0.0.1:2121"] },
  openSite({ values, clock }) {
    const dialogue: LineDialogue = {
      greeting: greeting(values.greeting),
      lineBytesMax: COMMAND_LINE_BYTES_MAX,
      limits: { ...usualLimits, idleMs: values.idleTimeout },
      farewells,
      answer,
    };
    return good(lineSite(() => dialogue, awayFarewell, clock));
  },
});
