// SCRAM-SHA-256 (RFC 5802 §3, RFC 7677 §3) as the client has it: proves that it knows the password without telling it, and
// believes nobody who cannot do the same. Pure; the nonce is handed in.
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import { bad, good, type Result } from "../../../base/result.ts";

/** A server that wants more would have us work for it; fewer make the password cheap to guess (RFC 7677 §4). */
const ITERATIONS_MAX = 600_000;
const ITERATIONS_MIN = 4096;
const GS2_HEADER = "n,,";

export interface ScramSecrets {
  readonly account: string;
  readonly password: string;
  /** Printable ASCII without comma, that nobody can foresee. */
  readonly nonce: string;
}

const firstBare = ({ account, nonce }: ScramSecrets): string =>
  `n=${account.replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${nonce}`;

export const clientFirst = (secrets: ScramSecrets): string => `${GS2_HEADER}${firstBare(secrets)}`;

export interface ClientFinal {
  readonly message: string;
  /** What the server has to say to prove itself. */
  readonly expected: string;
}

export function clientFinal(secrets: ScramSecrets, challenge: string): Result<ClientFinal, string> {
  const [, nonce = "", salt = "", digits = ""] =
    /^r=([\x21-\x2b\x2d-\x7e]{1,1024}),s=([A-Za-z0-9+/]{1,1024}={0,2}),i=(\d{1,9})(?:,.*)?$/s.exec(challenge) ?? [];
  if (!nonce.startsWith(secrets.nonce) || nonce === secrets.nonce) return bad("its challenge does not go on from ours");
  const iterations = Number(digits);
  if (iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX)
    return bad(`it wants ${iterations} rounds, and ${ITERATIONS_MIN} to ${ITERATIONS_MAX} are done`);
  // RFC 5802 §2.2: one spelling for what people type in several ways.
  const password = secrets.password.normalize("NFKC");
  const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), iterations, 32, "sha256");
  const clientKey = hmac(salted, "Client Key");
  const storedKey = createHash("sha256").update(clientKey).digest();
  const withoutProof = `c=${Buffer.from(GS2_HEADER).toString("base64")},r=${nonce}`;
  const signed = `${firstBare(secrets)},${challenge},${withoutProof}`;
  const signature = hmac(storedKey, signed);
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
  const expected = hmac(hmac(salted, "Server Key"), signed).toString("base64");
  return good({ message: `${withoutProof},p=${Buffer.from(proof).toString("base64")}`, expected: `v=${expected}` });
}

export function provesItself(said: string, { expected }: ClientFinal): boolean {
  const [one, other] = [Buffer.from(said), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const hmac = (key: Uint8Array, text: string): Buffer => createHmac("sha256", key).update(text).digest();
