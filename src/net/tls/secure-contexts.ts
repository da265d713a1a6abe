// The runtime's own objects for certificates and policies, made once for each pair and kept: sessions are taken up again
// only within one of them, and making one for every handshake would cost as much as the handshake.
import { createSecureContext, type SecureContext } from "node:tls";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import type { Presentable, Security } from "./security.ts";

/**
 * For TLS 1.2; those of TLS 1.3 are all good. Forward secrecy always, as RFC 9325 §4.2 wants; the CBC ones at the end
 * are for Windows Server 2012 R2 and printers of its time, which have no better with an RSA certificate.
 */
const SUITES = [
  ...["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"],
  ...["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"],
  ...["ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA"],
  ...["ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA"],
].join(":");

/** Beyond it the eldest goes; its connections keep it as long as they last. */
const KEPT_MAX = 20_000;

interface Kept {
  readonly generation: number;
  readonly context: SecureContext;
}

export class SecureContexts {
  private readonly kept = new Map<string, Kept>();

  /** Why there is none is a sentence of the runtime about certificate or key. */
  find(certificate: Presentable, security: Security): Result<SecureContext, string> {
    const { versionMin, clientCertificate } = security;
    // They may be long, and count only where a certificate is asked for.
    const authorities = clientCertificate === "off" ? "" : security.authorities;
    const key = `${versionMin} ${clientCertificate} ${authorities} ${certificate.name}`;
    const found = this.kept.get(key);
    if (found?.generation === certificate.generation) return good(found.context);
    const made = secureContext(certificate, security);
    if (!made.ok) return made;
    this.kept.delete(key);
    this.kept.set(key, { generation: certificate.generation, context: made.value });
    const [eldest] = this.kept.keys();
    if (this.kept.size > KEPT_MAX && eldest !== undefined) this.kept.delete(eldest);
    return made;
  }
}

function secureContext(certificate: Presentable, security: Security): Result<SecureContext, string> {
  try {
    return good(
      createSecureContext({
        cert: certificate.chain,
        key: certificate.key,
        minVersion: security.versionMin,
        ciphers: SUITES,
        honorCipherOrder: true,
        // Never none: at each handshake with a certificate that stands alone the runtime would look through the system's
        // authorities for whoever has issued it, in files, which takes a tenth of the handshake.
        ca: security.clientCertificate === "off" ? certificate.chain : security.authorities,
      }),
    );
  } catch (error) {
    return bad(messageOf(error));
  }
}
