// The client's half of SCRAM-SHA-256 (RFC 5802 §3), written apart from the server's so that neither hides a fault of the
// other. For tests only.
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

export async function scramClient(password: string, salt: string, iterations: number, authMessage: string) {
  const salted = pbkdf2Sync(password.normalize("NFKC"), Buffer.from(salt, "base64"), iterations, 32, "sha256");
  const hmac = (key: Uint8Array, text: string) => createHmac("sha256", key).update(text).digest();
  const clientKey = hmac(salted, "Client Key");
  const signature = hmac(createHash("sha256").update(clientKey).digest(), authMessage);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))).toString("base64");
  return { proof, serverSignature: hmac(hmac(salted, "Server Key"), authMessage).toString("base64") };
}
