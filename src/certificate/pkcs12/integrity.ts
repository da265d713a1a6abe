// Whether a PKCS#12 file is as it was written, and the passphrase the one it was written with (RFC 7292 §4). Pure.
import { createHmac, timingSafeEqual } from "node:crypto";
import { bad, good, type Result } from "../../base/result.ts";
import { below, type DerNode, identifierOf, numberOf, octetsOf } from "../der/read-der.ts";
import { deriveKey, ITERATIONS_MAX, purposes } from "./key-derivation.ts";

const hashes: Readonly<Record<string, { readonly name: string; readonly length: number }>> = {
  "1.3.14.3.2.26": { name: "sha1", length: 20 },
  "2.16.840.1.101.3.4.2.1": { name: "sha256", length: 32 },
  "2.16.840.1.101.3.4.2.2": { name: "sha384", length: 48 },
  "2.16.840.1.101.3.4.2.3": { name: "sha512", length: 64 },
};

/** `macData` is the third part of the file, `content` what it protects; a file without one is taken as it is. */
export function passesIntegrityCheck(
  macData: DerNode | undefined,
  content: Uint8Array,
  passphrase: Uint8Array,
): Result<boolean, string> {
  if (macData === undefined) return good(true);
  const identifier = identifierOf(below(macData, 0, 0, 0)) ?? "";
  const hash = hashes[identifier];
  const expected = octetsOf(below(macData, 0, 1));
  const salt = octetsOf(below(macData, 1));
  const iterations = macData.children.length > 2 ? numberOf(below(macData, 2)) : 1;
  if (hash === undefined) return bad(`its integrity check is of an unknown kind (${identifier})`);
  if (expected === undefined || salt === undefined || iterations === undefined || iterations > ITERATIONS_MAX)
    return bad("its integrity check is broken");
  const { name, length } = hash;
  const key = deriveKey({ hash: name, purpose: purposes.integrity, passphrase, salt, iterations, length });
  const found = createHmac(name, key).update(content).digest();
  return good(found.length === expected.length && timingSafeEqual(found, expected));
}
