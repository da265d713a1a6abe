// The FTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the file engine lands.
import { good } from "../base/result.ts";
import { LineSession } from "../net/line-session.ts";
import { defineService } from "../net/service.ts";
import { answer, awayFarewell, COMMAND_LINE_BYTES_MAX, greeting, idleFarewell, stopFarewell } from "./dialogue.ts";
import { ftpSection, ftpSite } from "./settings.ts";

export const ftpService = defineService({
  name: "ftp",
  title: "FTP",
  section: ftpSection,
  siteSection: ftpSite,
  needs: [],
  events: {},
  openSite({ values, clock }) {
    const dialogue = {
      greeting: greeting(values.greeting),
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
