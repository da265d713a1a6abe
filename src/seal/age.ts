// The one door to the age library: bytes to armored text and back, identities and recipients. Its exceptions end
// here, and its messages with them: some quote the text they were given, and that text may be a key.
import type { Decrypter } from "age-encryption";
import { bad, good, type Result } from "../base/result.ts";

/** Loaded when first needed: the library brings curves we do not use, and who opens no secret should not wait. */
const library = () => import("age-encryption");

export async function encryptTo(recipients: readonly string[], clear: Uint8Array): Promise<string> {
  const { Encrypter, armor } = await library();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(clear));
}

/** `workFactor`: the base-2 logarithm of the cost of scrypt. */
export async function encryptUnder(passphrase: string, workFactor: number, clear: Uint8Array): Promise<string> {
  const { Encrypter, armor } = await library();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return armor.encode(await encrypter.encrypt(clear));
}

/** Sound, but for other keys; or not sound. */
export type Unopened = "other-keys" | "damaged";
type Opened = Promise<Result<Uint8Array, Unopened>>;

export const decryptWith = (identities: readonly string[], armored: string): Opened =>
  decrypt(armored, (decrypter) => {
    for (const identity of identities) decrypter.addIdentity(identity);
  });

export const decryptUnder = (passphrase: string, armored: string): Opened =>
  decrypt(armored, (decrypter) => decrypter.addPassphrase(passphrase));

const NO_MATCH = "no identity matched any of the file's recipients";

async function decrypt(armored: string, prepare: (decrypter: Decrypter) => void): Opened {
  const { Decrypter, armor } = await library();
  const decrypter = new Decrypter();
  prepare(decrypter);
  try {
    return good(await decrypter.decrypt(armor.decode(armored)));
  } catch (error) {
    return bad(error instanceof Error && error.message === NO_MATCH ? "other-keys" : "damaged");
  }
}

export async function newIdentity(): Promise<string> {
  return (await library()).generateX25519Identity();
}

export async function recipientOf(identity: string): Promise<string | undefined> {
  const { identityToRecipient } = await library();
  return identityToRecipient(identity).catch(() => undefined);
}

export async function isRecipient(text: string): Promise<boolean> {
  const { Encrypter } = await library();
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

/** Only well-formed text survives the way to UTF-8 and back; a byte order mark is part of it. */
export const toBytes = (text: string): Uint8Array | undefined =>
  text.isWellFormed() ? new TextEncoder().encode(text) : undefined;

export function toText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
