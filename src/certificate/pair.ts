// A private key with its certificate and those of the issuers above it, as they are shown to clients: found among
// whatever came, in whatever order. Pure.
import type { KeyObject, X509Certificate } from "node:crypto";
import { bad, good, type Result } from "../base/result.ts";
import { PEM_LENGTH_MAX } from "../schema/kinds/pem.ts";
import { factsOf, isIssuer, isSelfSigned, keyKindOf } from "./x509/facts.ts";

export interface Pair {
  /** The certificate of the key first, then each one's issuer; a root that clients have anyway is left out. */
  readonly certificates: readonly [X509Certificate, ...(readonly X509Certificate[])];
  readonly key: KeyObject;
}

/** What files hold, in no order. */
export interface Material {
  readonly certificates: readonly X509Certificate[];
  readonly keys: readonly KeyObject[];
}

/** More than a real chain has. */
export const CHAIN_MAX = 10;

/** The pair among the material, or why there is none, as the middle of a sentence. */
export function pairIn({ certificates, keys }: Material): Result<Pair, string> {
  if (certificates.length === 0) return bad("there is no certificate in it");
  if (keys.length === 0) return bad("there is no private key in it");
  const pairs = keys.flatMap((key) => {
    const leaf = certificates.find((it) => fits(it, key));
    return leaf === undefined ? [] : [{ certificates: chainFrom(leaf, certificates), key }];
  });
  const [pair, other] = pairs;
  if (pair === undefined) return bad(noneFits(certificates, keys));
  if (other !== undefined && other.certificates[0] !== pair.certificates[0]) {
    const names = [pair, other].map((it) => factsOf(it.certificates[0]).subject);
    return bad(`there are several keys with certificates in it, such as those of ${names.join(" and ")}`);
  }
  if (chainText(pair).length > PEM_LENGTH_MAX) return bad(`its chain is longer than ${PEM_LENGTH_MAX} characters`);
  return good(pair);
}

export const chainText = ({ certificates }: Pair): string => certificates.map((it) => it.toString()).join("");

export const keyText = ({ key }: Pair): string => key.export({ type: "pkcs8", format: "pem" }).toString();

function fits(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false; // a public key of a kind that the runtime does not know
  }
}

/** From the certificate of the key upwards, each the issuer of the one before (RFC 8446 §4.4.2). */
function chainFrom(leaf: X509Certificate, known: readonly X509Certificate[]): Pair["certificates"] {
  const above: X509Certificate[] = [];
  let top = leaf;
  while (above.length < CHAIN_MAX - 1) {
    const issuer = known.find((it) => it !== leaf && !above.includes(it) && isIssuer(it, top));
    if (issuer === undefined || isSelfSigned(issuer)) break;
    above.push(issuer);
    top = issuer;
  }
  return [leaf, ...above];
}

function noneFits(certificates: readonly X509Certificate[], keys: readonly KeyObject[]): string {
  const subjects = [...new Set(certificates.map((it) => factsOf(it).subject))].slice(0, 3).join(", ");
  return `the key (${keys.map(keyKindOf).join(", ")}) is not that of the certificate (${subjects})`;
}
