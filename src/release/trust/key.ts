// Ed25519 keys of those who make releases, and their signatures. Public keys come as PEM or as 32 bytes in base64, private
// ones as PEM, as `openssl genpkey -algorithm ed25519` writes them.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { bad, good, type Result } from "../../base/result.ts";

export interface PublicKey {
  /** The first half of the SHA-256 of the key: what people compare. */
  readonly id: string;
  /** As files hold it. */
  readonly text: string;
  readonly key: KeyObject;
}

const KEY_TEXT_MAX = 4096;
/** What stands before the 32 bytes in SPKI, RFC 8410 §4. */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const RAW_BYTES = 32;

export function readPublicKey(text: string): Result<PublicKey, string> {
  const trimmed = text.trim();
  if (trimmed.length > KEY_TEXT_MAX) return bad("it is too large for a key");
  if (trimmed.includes("PRIVATE KEY")) return bad("it is a private key, which nobody else may see");
  try {
    const key = trimmed.startsWith("-----BEGIN") ? createPublicKey(trimmed) : fromRaw(trimmed);
    if (key?.asymmetricKeyType === "ed25519") return good(publicKey(key));
  } catch {
    // told below
  }
  return bad("it is no public Ed25519 key, neither as PEM nor as 32 bytes in base64");
}

function fromRaw(text: string): KeyObject | undefined {
  const raw = Buffer.from(text, "base64");
  if (raw.length !== RAW_BYTES || raw.toString("base64") !== text) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: "der", type: "spki" });
}

function publicKey(key: KeyObject): PublicKey {
  const raw = key.export({ format: "der", type: "spki" }).subarray(SPKI_HEAD.length);
  const id = createHash("sha256").update(raw).digest("hex").slice(0, 32);
  return { id, text: `${raw.toString("base64")}\n`, key };
}

export function readPrivateKey(text: string): Result<KeyObject, string> {
  try {
    const key = createPrivateKey(text.slice(0, KEY_TEXT_MAX));
    if (key.asymmetricKeyType === "ed25519") return good(key);
  } catch {
    // told below
  }
  return bad("it is no private Ed25519 key as PEM");
}

export const publicHalf = (key: KeyObject): PublicKey => publicKey(createPublicKey(key));

/** A new private key as PEM. */
export const makePrivateKey = (): string =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();

export const signText = (text: string, key: KeyObject): string => sign(null, Buffer.from(text), key).toString("base64");

/** Which of the keys has signed the text. */
export const signerOf = (text: string, signature: string, keys: readonly PublicKey[]): PublicKey | undefined =>
  keys.find(({ key }) => verify(null, Buffer.from(text), key, Buffer.from(signature, "base64")));
