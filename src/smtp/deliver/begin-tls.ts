// The handshake of TLS as a client, and whether the other side is who it should be, told in words. It decides nothing:
// whether an unknown certificate will do is a setting.
import type { Socket } from "node:net";
import { isIP } from "node:net";
import { checkServerIdentity, connect, type TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import { spellDuration } from "../../schema/kinds/measure.ts";
import { alertWords } from "./alert-words.ts";
import type { OwnCertificate } from "./own-certificate.ts";

export interface TlsOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Whose certificate it should be. */
  readonly host: string;
  /** PEM; undefined: those that the runtime trusts. */
  readonly authorities: string | undefined;
  /** What is shown to a server that asks for it. */
  readonly own: OwnCertificate | undefined;
}

export interface Protected {
  readonly socket: TLSSocket;
  readonly protocol: string;
  readonly cipher: string;
  /** Why it may be somebody else; undefined when the certificate proves the host. */
  readonly doubt: string | undefined;
}

export const beginTls = (plain: Socket, options: TlsOptions): Promise<Result<Protected, string>> =>
  new Promise((resolve) => {
    const { clock, timeoutMs, host, authorities, own } = options;
    let socket: TLSSocket | undefined;
    const failed = (because: string) => {
      cancel();
      socket?.destroy();
      plain.destroy();
      resolve(bad(`TLS could not be begun: ${because}`));
    };
    const cancel = clock.after(timeoutMs, () => failed(`no handshake within ${spellDuration(timeoutMs)}`));
    plain.on("error", () => {}); // told by the socket around it
    try {
      socket = connect({
        socket: plain,
        // RFC 6066 §3: an address is never sent as a name.
        ...(isIP(host) === 0 ? { servername: host } : {}),
        rejectUnauthorized: false,
        minVersion: "TLSv1.2",
        ...(authorities === undefined ? {} : { ca: authorities }),
        ...(own === undefined ? {} : { cert: own.chain, key: own.key }),
      });
    } catch (thrown) {
      return failed(messageOf(thrown));
    }
    const made = socket;
    made.on("error", (error: NodeJS.ErrnoException) => failed(alertWords(error) ?? error.message));
    const closed = () => failed("the server closed the connection");
    made.once("close", closed);
    made.once("secureConnect", () => {
      cancel();
      made.off("close", closed);
      resolve(
        good({
          socket: made,
          protocol: made.getProtocol() ?? "TLS",
          cipher: made.getCipher().standardName ?? made.getCipher().name,
          doubt: doubtOf(made, host),
        }),
      );
    });
  });

const words: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is from an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is from an authority that is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate comes without the ones between it and its authority",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
};

function doubtOf(socket: TLSSocket, host: string): string | undefined {
  const certificate = socket.getPeerCertificate();
  if (certificate === undefined || Object.keys(certificate).length === 0) return "it has no certificate";
  const wrongName = checkServerIdentity(host, certificate);
  const code = (socket.authorizationError as { readonly code?: string } | string | null) ?? null;
  const text = typeof code === "string" ? code : (code?.code ?? "");
  if (text !== "" && text !== "ERR_TLS_CERT_ALTNAME_INVALID")
    return words[text] ?? `its certificate is not trusted: ${text}`;
  if (wrongName !== undefined) return `its certificate is not for ${host}`;
  return socket.authorized ? undefined : "its certificate is not trusted";
}
