// One certificate from its bytes, or nothing where they are none that can be worked with. The runtime is asked once for
// what it reads late, so that nobody meets its exceptions afterwards.
import { X509Certificate } from "node:crypto";

/** DER, or the text of one PEM block. */
export function readCertificate(bytes: Buffer | string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    const { validFromDate, validToDate } = certificate;
    const hasDates = [validFromDate, validToDate].every((it) => Number.isSafeInteger(it.getTime()));
    return hasDates && certificate.publicKey.type === "public" ? certificate : undefined;
  } catch {
    return undefined; // damaged, or with a key of a kind that the runtime does not know
  }
}
