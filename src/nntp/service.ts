// The NNTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the news engine lands.
import { good } from "../base/result.ts";
import { LineSession } from "../net/line-session.ts";
import { defineService } from "../net/service.ts";
import { answer, awayFarewell, COMMAND_LINE_BYTES_MAX, greeting, idleFarewell, stopFarewell } from "./dialogue.ts";
import { nntpSection, nntpSite } from "./settings.ts";

export const nntpService = defineService({
  name: "nntp",
  title: "NNTP",
  section: nntpSection,
  siteSection: nntpSite,
  needs: [],
  events: {},
  openSite({ values, clock }) {
    const dialogue = {
      greeting,
      lineBytesMax: COMMAND_LINE_BYTES_MAX,
      idleTimeoutMs: values.idleTimeout,
      idleFarewell,
      stopFarewell,
      answer,
    };
    return good({
      faults: [],
      serve(socket, connection) {
        const session = new LineSession(socket, dialogue, clock);
        connection.onFinish(() => session.finish());
      },
      turnAway: (socket) => void socket.end(awayFarewell),
    });
  },
});
