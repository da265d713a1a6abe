// Writes what is said to other servers into the access log of the site, as IIS did: a line for each command and for each
// answer. Secrets are not in what it gets; it changes nothing.
import type { Clock } from "../../base/clock.ts";
import type { AccessLog } from "../../net/access-log/access-log.ts";
import { Ends } from "../../net/access-log/ends.ts";
import { bytesOfText } from "../../net/access-log/escape.ts";
import { replyText } from "../../proto/smtp/reply.ts";
import type { Witness } from "./outbound-session.ts";

/** `trace` is the name of the message, by which its lines are found. */
export function outboundLog(log: AccessLog, clock: Clock, trace: string): Witness {
  if (!log.on) return {};
  let ends = new Ends(undefined, undefined, trace);
  const write = (userName: string, method: string, text: string, status: number | undefined) => {
    const [atMs, uriQuery] = [clock.wallMs(), bytesOfText(text)];
    log.write(Object.assign(log.record(), { atMs, ends, userName, method, uriQuery, status }));
  };
  return {
    met({ address, port }) {
      ends = new Ends({ address, port }, undefined, trace);
    },
    said(line) {
      const [verb = "", ...words] = line.split(" ");
      write("OutboundConnectionCommand", verb, words.join(" "), undefined);
    },
    heard({ from, reply }) {
      if (from === "server") write("OutboundConnectionResponse", "", replyText(reply), reply.code);
    },
  };
}
