// What the engine of the runtime says of a handshake, in our words. It only reads.
import type { TLSSocket } from "node:tls";
import type { Secured } from "../connection.ts";
import type { ClientHello } from "./client-hello.ts";
import type { HandshakeFailure } from "./handshake-failure.ts";
import type { Security } from "./security.ts";

/** What both have agreed on. */
export function securedOf(
  carrier: TLSSocket,
  { serverName }: ClientHello,
  asked: Security["clientCertificate"],
): Secured {
  const shown = asked === "off" ? undefined : carrier.getPeerCertificate();
  const client = carrier.authorized ? shown : undefined;
  return {
    protocol: carrier.getProtocol() ?? "unknown",
    cipher: carrier.getCipher()?.standardName ?? "unknown",
    serverName,
    alpn: carrier.alpnProtocol === false ? undefined : (carrier.alpnProtocol ?? undefined),
    clientName: nameIn(client?.subject?.CN, client?.subjectaltname),
    clientFingerprint: client?.fingerprint256,
    clientDistrust: carrier.authorized || !shown?.subject ? undefined : String(carrier.authorizationError),
    resumed: carrier.isSessionReused(),
  };
}

/** The mail address in it before the common name: it names a person or a device in one way only. */
function nameIn(common: string | readonly string[] | undefined, alternatives: string | undefined): string | undefined {
  const [, mail] = /(?:^|, )email:([^,]+)/.exec(alternatives ?? "") ?? [];
  return mail ?? (typeof common === "string" ? common : common?.[0]);
}

export function failureOf(
  error: Error & { readonly code?: string },
  asked: Security["clientCertificate"],
): HandshakeFailure {
  const code = error.code ?? "";
  if (/^ERR_SSL_(UNSUPPORTED_PROTOCOL|WRONG_VERSION|WRONG_SSL_VERSION)/.test(code))
    return { is: "too-old", version: 0 };
  if (code === "ERR_SSL_NO_APPLICATION_PROTOCOL") return { is: "no-common-protocol" };
  if (code === "ECONNRESET" || code === "EPIPE") return { is: "left" };
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE/.test(code))
    return { is: "client-certificate", because: "it sent no certificate" };
  // The runtime reports what is wrong with a client's chain by OpenSSL's own names, without the prefix of the engine.
  if (asked === "require" && !code.startsWith("ERR_SSL_") && code !== "")
    return { is: "client-certificate", because: error.message };
  return {
    is: "failed",
    because:
      code
        .replace(/^ERR_SSL_/, "")
        .toLowerCase()
        .replaceAll("_", " ") || error.message,
  };
}
