// What a certificate says of itself, as plain data for tables, sentences and choices. Pure; it judges nothing.
import type { KeyObject, X509Certificate } from "node:crypto";
import { alternativeNames } from "./alternative-names.ts";

export interface CertificateFacts {
  /** As a person would name it: "www.example.org". */
  readonly subject: string;
  readonly issuer: string;
  /** Host names that it is for, in lower case; `*.example.org` for one label more. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** In hexadecimal, as the issuer's pages show it. */
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** "RSA 2048", "ECDSA P-256", "Ed25519". */
  readonly keyKind: string;
  /** SHA-256, as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint: string;
  readonly selfSigned: boolean;
}

export function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    subject: shortName(certificate.subject),
    issuer: shortName(certificate.issuer),
    ...alternativeNames(certificate.raw),
    serial: certificate.serialNumber,
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
    keyKind: keyKindOf(certificate.publicKey),
    fingerprint: certificate.fingerprint256,
    selfSigned: isSelfSigned(certificate),
  };
}

export const isSelfSigned = (certificate: X509Certificate): boolean => isIssuer(certificate, certificate);

/** Whether the one has signed the other. */
export function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
  } catch {
    return false; // a signature of a kind that the runtime does not know
  }
}

const curves: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

export function keyKindOf(key: KeyObject): string {
  const { modulusLength, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa":
      return `RSA ${modulusLength}`;
    case "ec":
      return `ECDSA ${curves[namedCurve] ?? namedCurve}`;
    case "ed25519":
      return "Ed25519";
    default:
      return key.asymmetricKeyType ?? "unknown";
  }
}

/** Of a name of many lines what people call it: the common name, with the organisation where that tells more. */
function shortName(name: string | undefined): string {
  const parts = new Map<string, string>();
  for (const line of (name ?? "").split("\n")) {
    const equals = line.indexOf("=");
    if (equals > 0) parts.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const [common, organisation] = [parts.get("CN"), parts.get("O")];
  if (common === undefined) return organisation ?? (name || "(no name)").replaceAll("\n", ", ");
  return organisation === undefined || common.includes(organisation) ? common : `${common} (${organisation})`;
}
