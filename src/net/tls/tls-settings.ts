// The settings of TLS that every service and every site has, and the policy that they make. Definitions only.
import { reference } from "../../schema/kinds/link.ts";
import { duration } from "../../schema/kinds/measure.ts";
import { pemCertificates } from "../../schema/kinds/pem.ts";
import { choice } from "../../schema/kinds/plain.ts";
import { type Section, setting, type Values } from "../../schema/section.ts";
import type { Security } from "./security.ts";

/** Stated at the service for all its sites, or at one site for itself. */
export const tlsSettings = {
  certificate: setting(reference("certificate/entries"), {
    fallback: null,
    since: "0.1",
    applies: "new-connections",
    iis: { name: "SSLCertHash", id: 5506 },
    doc: "The certificate for clients that name no host, or one for which there is none. A host that is named gets the certificate made for it, whatever stands here.",
  }),
  tlsMinimum: setting(choice(["1.2", "1.3"]), {
    fallback: "1.2",
    since: "0.1",
    applies: "new-connections",
    doc: "The oldest version of TLS that is spoken; older ones than 1.2 do not exist here. A client that has nothing newer is refused, and the event log names it.",
  }),
  clientCertificate: setting(choice(["off", "ask", "require"]), {
    fallback: "off",
    since: "0.1",
    applies: "new-connections",
    iis: { name: "AccessSSLFlags", id: 6030 },
    doc: "Whether clients are asked for a certificate of their own: not at all, without insisting, or so that nobody comes in without one. The name in one that clientAuthorities vouch for is known to the accounts.",
  }),
  clientAuthorities: setting(pemCertificates({ max: 200 }), {
    fallback: null,
    since: "0.1",
    applies: "new-connections",
    doc: "The certificates, as PEM, of those who may have issued the certificates of clients. Without them no certificate of a client is believed.",
  }),
  handshakeTimeout: setting(duration({ min: "1s", max: "10m" }), {
    fallback: "20s",
    since: "0.1",
    applies: "new-connections",
    doc: "How long a client may take for the handshake of TLS, or a proxy for its first line.",
  }),
};

export const securityOf = (values: Values<Section<typeof tlsSettings>>, protocols: readonly string[]): Security => ({
  certificate: values.certificate,
  versionMin: values.tlsMinimum === "1.3" ? "TLSv1.3" : "TLSv1.2",
  clientCertificate: values.clientCertificate,
  authorities: values.clientAuthorities ?? "",
  protocols,
});
