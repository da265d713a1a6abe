// The NNTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the news engine lands.
import { good } from "../base/result.ts";
import { type LineDialogue, usualLimits } from "../net/line-dialogue.ts";
import { lineSite } from "../service/line-site.ts";
import { defineService } from "../service/service.ts";
import { answer, awayFarewell, COMMAND_LINE_BYTES_MAX, farewells, greeting } from "./dialogue.ts";
import { nntpSection, nntpSite } from "./settings.ts";

export const nntpService = defineService({
  name: "nntp",
  title: "NNTP",
  section: nntpSection,
  siteSection: nntpSite,
  protocols: [],
  needs: [],
  events: {},
  firstSite: { bindings: ["127.0.0.1:1119"] },
  openSite({ values, clock }) {
    const dialogue: LineDialogue = {
      greeting,
      lineBytesMax: COMMAND_LINE_BYTES_MAX,
      limits: { ...usualLimits, idleMs: values.idleTimeout },
      farewells,
      answer,
    };
    return good(lineSite(() => dialogue, awayFarewell, clock));
  },
});
