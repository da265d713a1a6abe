// The WWW service as the supervisor knows it: its settings, and how a site is opened. Thin until the web engine lands.
import { good } from "../base/result.ts";
import { LineSession } from "../net/line-session.ts";
import { defineService } from "../net/service.ts";
import { awayFarewell, conversation, HEAD_LINE_BYTES_MAX } from "./dialogue.ts";
import { wwwSection, wwwSite } from "./settings.ts";

export const wwwService = defineService({
  name: "www",
  title: "WWW",
  section: wwwSection,
  siteSection: wwwSite,
  needs: [],
  events: {},
  openSite({ values, clock }) {
    return good({
      faults: [],
      serve(socket, connection) {
        const session = new LineSession(
          socket,
          {
            greeting: "",
            lineBytesMax: HEAD_LINE_BYTES_MAX,
            idleTimeoutMs: values.idleTimeout,
            idleFarewell: "",
            stopFarewell: "",
            answer: conversation(),
          },
          clock,
        );
        connection.onFinish(() => session.finish());
      },
      turnAway: (socket) => void socket.end(awayFarewell),
    });
  },
});
