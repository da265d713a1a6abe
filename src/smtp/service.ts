// The SMTP service as the supervisor knows it: its settings, and how a site is opened. Thin until the mail engine lands.
import { hostname } from "node:os";
import { good } from "../base/result.ts";
import { LineSession } from "../net/line-session.ts";
import { defineService } from "../net/service.ts";
import { answer, awayFarewell, COMMAND_LINE_BYTES_MAX, greeting, idleFarewell, stopFarewell } from "./dialogue.ts";
import { smtpSection, smtpSite } from "./settings.ts";

export const smtpService = defineService({
  name: "smtp",
  title: "SMTP",
  section: smtpSection,
  siteSection: smtpSite,
  needs: [],
  events: {},
  openSite({ values, secret, clock }) {
    const name = values.fullyQualifiedName ?? hostname();
    const password = secret("smartHostPassword");
    return good({
      faults: password === undefined || password.ok ? [] : [password.error],
      serve(socket, connection) {
        const session = new LineSession(
          socket,
          {
            greeting: greeting(name),
            lineBytesMax: COMMAND_LINE_BYTES_MAX,
            idleTimeoutMs: values.idleTimeout,
            idleFarewell: idleFarewell(name),
            stopFarewell: stopFarewell(name),
            answer: (line) => answer(line, name),
          },
          clock,
        );
        connection.onFinish(() => session.finish());
      },
      turnAway: (socket) => void socket.end(awayFarewell(name)),
    });
  },
});
