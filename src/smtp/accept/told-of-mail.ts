// What is known of a message by the connection that brings it: the line on top of it, where it came from, and what is
// worth knowing later. Pure; what the client says of itself is told as that.
import type { Connection } from "../../net/connection.ts";
import { printMailbox } from "../../proto/smtp/address.ts";
import { protocolName, type Received, type ReceivedProtocol } from "../../proto/smtp/message/received.ts";
import type { Envelope } from "../../proto/smtp/server/ports.ts";
import type { Facts, Source } from "../../spool/message.ts";
import type { MailSite } from "../mail-site.ts";

export interface Bringing {
  readonly site: Pick<MailSite, "path" | "hostName">;
  readonly connection: Pick<Connection, "peer" | "secured" | "trace">;
  readonly envelope: Envelope;
  /** Who has logged in. */
  readonly account: string | undefined;
}

export function receivedOf(it: Bringing, id: string, atMs: number): Received {
  const { site, connection, envelope } = it;
  const [only, second] = envelope.recipients;
  const cipher = cipherOf(it);
  return {
    from: { kind: "peer", helo: envelope.hello.name ?? "", address: connection.peer.address },
    by: site.hostName,
    protocol: protocolOf(it),
    ...(cipher === null ? {} : { cipher }),
    id,
    ...(only === undefined || second !== undefined ? {} : { recipient: printMailbox(only.mailbox) }),
    atMs,
  };
}

export const sourceOf = ({ site, connection, account }: Bringing): Source => ({
  site: site.path,
  by: "smtp",
  client: connection.peer.address,
  account: account ?? null,
  trace: connection.trace,
});

/** `because` is why its first recipient was taken. */
export const factsOf = (it: Bringing, because: string): Facts => ({
  hello: it.envelope.hello.name ?? "",
  protocol: protocolName(protocolOf(it)),
  cipher: cipherOf(it),
  accepted: because,
});

const protocolOf = ({ connection, envelope, account }: Bringing): ReceivedProtocol => ({
  extended: envelope.hello.extended,
  secure: connection.secured !== undefined,
  authenticated: account !== undefined,
  utf8: envelope.parameters.smtpUtf8,
});

const cipherOf = ({ connection: { secured } }: Bringing): string | null =>
  secured === undefined ? null : `${secured.protocol} ${secured.cipher}`;
