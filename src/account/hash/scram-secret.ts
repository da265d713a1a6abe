// What the server keeps so that SCRAM can be used (RFC 5802 §3): from it a password can be checked and not be had. It
// cannot be made from an argon2id hash, so it is made beside it, when a password is set.
import { createHash, createHmac, pbkdf2 } from "node:crypto";
import { sameText } from "./scheme.ts";

export interface ScramSecret {
  readonly iterations: number;
  /** Base64, as it goes to the client. */
  readonly salt: string;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

const KEY_BYTES = 32;
const ITERATIONS_MAX = 10_000_000;
const WRITTEN = /^SCRAM-SHA-256\$(\d{1,8}):([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

/** RFC 5803 §2: the spelling that LDAP servers and PostgreSQL have too. */
export function parseScramSecret(text: string): ScramSecret | undefined {
  const [, iterationsText, salt, storedKey, serverKey] = WRITTEN.exec(text) ?? [];
  if (salt === undefined || storedKey === undefined || serverKey === undefined) return undefined;
  const iterations = Number(iterationsText);
  if (iterations < 1 || iterations > ITERATIONS_MAX || salt.length > 128) return undefined;
  return { iterations, salt, storedKey: Buffer.from(storedKey, "base64"), serverKey: Buffer.from(serverKey, "base64") };
}

export const printScramSecret = ({ iterations, salt, storedKey, serverKey }: ScramSecret): string =>
  `SCRAM-SHA-256$${iterations}:${salt}$${base64(storedKey)}:${base64(serverKey)}`;

/** The password in its prepared spelling. */
export async function makeScramSecret(password: string, salt: string, iterations: number): Promise<ScramSecret> {
  const salted = await new Promise<Uint8Array>((resolve, reject) =>
    pbkdf2(password, Buffer.from(salt, "base64"), iterations, KEY_BYTES, "sha256", (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );
  const storedKey = sha256(hmac(salted, "Client Key"));
  return { iterations, salt, storedKey, serverKey: hmac(salted, "Server Key") };
}

/** Whether the client knew the password (RFC 5802 §3): its proof gives a key that was stored only hashed. */
export function provesPassword({ storedKey }: ScramSecret, authMessage: string, proof: Uint8Array): boolean {
  if (proof.length !== KEY_BYTES) return false;
  const signature = hmac(storedKey, authMessage);
  const clientKey = proof.map((byte, index) => byte ^ (signature[index] ?? 0));
  return sameText(base64(sha256(clientKey)), base64(storedKey));
}

/** With which the server shows that it knew the password too. */
export const serverSignature = ({ serverKey }: ScramSecret, authMessage: string): string =>
  base64(hmac(serverKey, authMessage));

const hmac = (key: Uint8Array, text: string): Buffer => createHmac("sha256", key).update(text, "utf8").digest();
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
