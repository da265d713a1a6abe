// The certificate that shows the other side who we are, as it is at this moment, or why none can be shown. Pure; it is
// looked up for each conversation, as it may be replaced or run out while mail waits.
import { bad, good, type Result } from "../../base/result.ts";
import type { CertificateEntries } from "../../certificate/certificate-book.ts";
import { dayOf } from "../../certificate/judge.ts";
import type { ServingCertificate } from "../../ipc/serving-certificate.ts";

export type OwnCertificate = Pick<ServingCertificate, "chain" | "key">;

/** `entry` is its name; null where none is to be shown. */
export function ownCertificate(
  entry: string | null,
  certificates: CertificateEntries,
  nowMs: number,
): Result<ServingCertificate | undefined, string> {
  if (entry === null) return good(undefined);
  const found = certificates.named(entry);
  if (found === undefined) return bad(`there is no certificate ${entry} that could be shown`);
  const { notBeforeMs, notAfterMs } = found;
  if (notAfterMs <= nowMs) return bad(`certificate ${entry} has expired on ${dayOf(notAfterMs)}`);
  if (notBeforeMs > nowMs) return bad(`certificate ${entry} is valid from ${dayOf(notBeforeMs)} on only`);
  return good(found);
}
