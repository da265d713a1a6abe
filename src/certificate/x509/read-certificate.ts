// One certificate from its bytes, or nothing where they are none that can be worked with. The runtime reads the key late;
// here it is asked at once, so that nobody meets its exception afterwards.
import { X509Certificate } from "node:crypto";

/** DER, or the text of one PEM block. */
export function readCertificate(bytes: Buffer | string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.publicKey.type === "public" ? certificate : undefined;
  } catch {
    return undefined; // damaged, or with a key of a kind that the runtime does not know
  }
}
