// The WWW service as the supervisor knows it: its settings, and how a site is opened. Thin until the web engine lands.
import { good } from "../base/result.ts";
import { type LineDialogue, usualLimits } from "../net/line-dialogue.ts";
import { lineSite } from "../service/line-site.ts";
import { defineService } from "../service/service.ts";
import { awayFarewell, conversation, farewells, HEAD_LINE_BYTES_MAX } from "./dialogue.ts";
import { wwwSection, wwwSite } from "./settings.ts";

export const wwwService = defineService({
  name: "www",
  title: "WWW",
  section: wwwSection,
  siteSection: wwwSite,
  protocols: ["http/1.1"],
  needs: [],
  events: {},
  firstSite: { bindings: ["127.0.0.1:8080"] },
  openSite({ values, clock }) {
    const dialogue = (): LineDialogue => ({
      greeting: "",
      lineBytesMax: HEAD_LINE_BYTES_MAX,
      limits: { ...usualLimits, idleMs: values.idleTimeout },
      farewells,
      ...conversation(),
    });
    return good(lineSite(dialogue, awayFarewell, clock));
  },
});
