// What a directory asks of the connection: that it is under TLS, and that the client has shown a certificate.
import type { Secured } from "../../net/connection.ts";
import type { Asker } from "../content/asker.ts";
import type { Failure } from "../content/failure.ts";
import type { AdmissionRow } from "./admission-row.ts";

export const requireTls: AdmissionRow = {
  setting: "requireTls",
  prepare: ({ requireTls: required }) =>
    required
      ? (_, { secured }) => (secured === undefined ? tlsFirst("the connection is in clear") : undefined)
      : undefined,
  because: ({ requireTls: required }) => (required ? "the connection is under TLS" : "TLS is not required"),
};

export const requireClientCertificate: AdmissionRow = {
  setting: "requireClientCertificate",
  prepare: ({ requireClientCertificate: required }) =>
    required
      ? (_, asker) => {
          if (asker.secured === undefined)
            return tlsFirst("a client certificate is required, and can be shown under TLS only");
          return showsCertificate(asker) ? undefined : certificateLacks(asker.secured);
        }
      : undefined,
  because: ({ requireClientCertificate: required }) =>
    required ? "the client has shown a certificate" : "a client certificate is not required",
};

export const tlsFirst = (detail: string): Failure => ({ status: 403, substatus: 4, detail });

/** One that was verified. */
export const showsCertificate = (asker: Asker): asker is Asker & { readonly secured: Secured } =>
  asker.secured?.clientFingerprint !== undefined;

/** Of its dates OpenSSL says so; all else that it says means that nobody vouches for it. */
const DATES: ReadonlySet<string> = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

export function certificateLacks({ clientDistrust }: Secured): Failure {
  if (clientDistrust === undefined) return { status: 403, substatus: 7, detail: "the client has shown no certificate" };
  const substatus = DATES.has(clientDistrust) ? 17 : 16;
  return { status: 403, substatus, detail: `the client certificate is not believed: ${clientDistrust}` };
}
