// A key pair of this installation: the id and the public half for everybody, the secret half for those who ask by
// name. Printing, inspecting or serialising one shows the public side only.
import { createHash } from "node:crypto";
import { bad, good, type Result } from "../base/result.ts";
import { newIdentity, recipientOf } from "./age.ts";

export type KeyRole = "machine" | "recovery";
export type KeyId = `${KeyRole}-${string}`;

/** Short enough to read out on the telephone; tells keys apart, proves nothing. */
export const keyId = (role: KeyRole, recipient: string): KeyId =>
  `${role}-${createHash("sha256").update(recipient).digest("hex").slice(0, 8)}`;

export const isKeyId = (text: unknown): text is KeyId =>
  typeof text === "string" && /^(machine|recovery)-[0-9a-f]{8}$/.test(text);

export const roleOf = (id: KeyId): KeyRole => (id.startsWith("machine-") ? "machine" : "recovery");

export class Identity {
  readonly id: KeyId;
  readonly recipient: string;
  readonly #secret: string;

  private constructor(role: KeyRole, recipient: string, secret: string) {
    this.id = keyId(role, recipient);
    this.recipient = recipient;
    this.#secret = secret;
  }

  static async generate(role: KeyRole): Promise<Identity> {
    const secret = await newIdentity();
    const recipient = await recipientOf(secret);
    if (recipient === undefined) throw new Error("a new identity has no recipient");
    return new Identity(role, recipient, secret);
  }

  /** From a key file or from what a person typed: comments, empty lines and exactly one key. */
  static async parse(role: KeyRole, text: string): Promise<Result<Identity, string>> {
    const lines = text.split("\n").map((line) => line.trim());
    const [secret, ...more] = lines.filter((line) => line !== "" && !line.startsWith("#"));
    if (secret === undefined) return bad("it holds no key line");
    if (more.length > 0) return bad("it holds more than one key line");
    if (!/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/.test(secret)) return bad("its key line is not an age secret key");
    const recipient = await recipientOf(secret);
    return recipient === undefined
      ? bad("the checksum of its key line is wrong")
      : good(new Identity(role, recipient, secret));
  }

  /** The secret half: for the key file, for opening, and for the one time a recovery key is shown. */
  reveal(): string {
    return this.#secret;
  }
}
