// Decrypts a part of a PKCS#12 file by the scheme it names: 3DES and RC2 as Windows wrote until Server 2016 (RFC 7292
// §C), AES with PBKDF2 as everybody writes now (RFC 8018 §6.2). Pure; it only ever decrypts.
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { bad, good, type Result } from "../../base/result.ts";
import { identifiers } from "../der/object-identifiers.ts";
import { below, type DerNode, identifierOf, numberOf, octetsOf } from "../der/read-der.ts";
import { deriveKey, ITERATIONS_MAX, type Passphrase, purposes } from "./key-derivation.ts";

interface Cipher {
  readonly name: string;
  readonly keyLength: number;
}
interface Keyed extends Cipher {
  readonly key: Uint8Array;
  readonly initialVector: Uint8Array;
}

/** RFC 7292 §C. Those with RC4 were never anybody's default. */
const oldSchemes: Readonly<Record<string, Cipher>> = {
  "1.2.840.113549.1.12.1.3": { name: "des-ede3-cbc", keyLength: 24 },
  "1.2.840.113549.1.12.1.4": { name: "des-ede3-cbc", keyLength: 16 },
  "1.2.840.113549.1.12.1.5": { name: "rc2-cbc", keyLength: 16 },
  "1.2.840.113549.1.12.1.6": { name: "rc2-40-cbc", keyLength: 5 },
};
const newCiphers: Readonly<Record<string, Cipher>> = {
  "1.2.840.113549.3.7": { name: "des-ede3-cbc", keyLength: 24 },
  "2.16.840.1.101.3.4.1.2": { name: "aes-128-cbc", keyLength: 16 },
  "2.16.840.1.101.3.4.1.22": { name: "aes-192-cbc", keyLength: 24 },
  "2.16.840.1.101.3.4.1.42": { name: "aes-256-cbc", keyLength: 32 },
};
/** RFC 8018 §B.1. */
const hmacs: Readonly<Record<string, string>> = {
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};

/** `scheme` is the AlgorithmIdentifier beside the encrypted octets. */
export function decrypt(
  scheme: DerNode | undefined,
  encrypted: Uint8Array | undefined,
  passphrase: Passphrase,
): Result<Uint8Array, string> {
  if (encrypted === undefined) return bad("an encrypted part of it is missing");
  const identifier = identifierOf(below(scheme, 0)) ?? "(none)";
  const old = oldSchemes[identifier];
  const parameters = below(scheme, 1);
  const keyed =
    old === undefined ? byPbes2(identifier, parameters, passphrase) : byOldScheme(old, parameters, passphrase);
  if (!keyed.ok) return keyed;
  const { name, key, initialVector } = keyed.value;
  try {
    const decipher = createDecipheriv(name, key, initialVector);
    return good(Buffer.concat([decipher.update(encrypted), decipher.final()]));
  } catch {
    return bad("a part of it cannot be decrypted with the passphrase that the rest takes");
  }
}

function byOldScheme(cipher: Cipher, parameters: DerNode | undefined, { bmp }: Passphrase): Result<Keyed, string> {
  const salt = octetsOf(below(parameters, 0));
  const iterations = numberOf(below(parameters, 1));
  if (salt === undefined || !isReasonable(iterations)) return bad(BROKEN);
  const order = { hash: "sha1", passphrase: bmp, salt, iterations };
  const key = deriveKey({ ...order, purpose: purposes.key, length: cipher.keyLength });
  const initialVector = deriveKey({ ...order, purpose: purposes.initialVector, length: 8 });
  // With two keys the first is used again as the third.
  const isShort = cipher.name === "des-ede3-cbc" && key.length === 16;
  return good({ ...cipher, key: isShort ? Buffer.concat([key, key.subarray(0, 8)]) : key, initialVector });
}

function byPbes2(identifier: string, parameters: DerNode | undefined, { text }: Passphrase): Result<Keyed, string> {
  if (identifier !== identifiers.pbes2) return bad(`it is encrypted in a way we do not know (${identifier})`);
  const derivation = identifierOf(below(parameters, 0, 0)) ?? "";
  if (derivation !== identifiers.pbkdf2) return bad(`its key is derived in a way we do not know (${derivation})`);
  const [saltNode, iterationsNode, ...more] = below(parameters, 0, 1)?.children ?? [];
  const salt = octetsOf(saltNode);
  const iterations = numberOf(iterationsNode);
  // The length of the key may stand between; that of the cipher is meant anyway.
  const hmac = more.map((it) => identifierOf(below(it, 0))).find((it) => it !== undefined);
  const hash = hmac === undefined ? "sha1" : hmacs[hmac];
  const cipherIdentifier = identifierOf(below(parameters, 1, 0)) ?? "";
  const cipher = newCiphers[cipherIdentifier];
  const initialVector = octetsOf(below(parameters, 1, 1));
  if (cipher === undefined) return bad(`it is encrypted with a cipher we do not know (${cipherIdentifier})`);
  if (hash === undefined) return bad(`its key is derived with a hash we do not know (${hmac})`);
  if (salt === undefined || initialVector === undefined || !isReasonable(iterations)) return bad(BROKEN);
  const key = pbkdf2Sync(text, salt, iterations, cipher.keyLength, hash);
  return good({ ...cipher, key, initialVector });
}

const isReasonable = (iterations: number | undefined): iterations is number =>
  iterations !== undefined && iterations >= 1 && iterations <= ITERATIONS_MAX;

const BROKEN = "the parameters of its encryption are broken";
