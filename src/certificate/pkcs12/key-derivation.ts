// Keys from a passphrase as PKCS#12 makes them (RFC 7292 §B). Pure; new files use PBKDF2 for all but the integrity check.
import { createHash } from "node:crypto";

/** What the derived bytes are for (RFC 7292 §B.3). */
export const purposes = { key: 1, initialVector: 2, integrity: 3 } as const;

/** A file that wants more rounds than any program makes would only keep us busy. */
export const ITERATIONS_MAX = 5_000_000;

/** A passphrase in the two forms that the schemes want. */
export interface Passphrase {
  readonly text: string;
  /** Two octets for each character, and two zeros at the end (RFC 7292 §B.1). */
  readonly bmp: Uint8Array;
}

/** Nobody agrees how an empty one is written, so both ways are tried. */
export function passphrasesOf(text: string): readonly Passphrase[] {
  const written = { text, bmp: Buffer.from(`${text}\0`, "utf16le").swap16() };
  return text === "" ? [written, { text, bmp: new Uint8Array() }] : [written];
}

export interface DerivationOrder {
  readonly hash: string;
  readonly purpose: (typeof purposes)[keyof typeof purposes];
  /** `bmp` of a passphrase. */
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly length: number;
}

export function deriveKey({ hash, purpose, passphrase, salt, iterations, length }: DerivationOrder): Uint8Array {
  const block = blockOctets(hash);
  const diversifier = Buffer.alloc(block, purpose);
  const input = Buffer.concat([repeated(salt, block), repeated(passphrase, block)]);
  const pieces: Uint8Array[] = [];
  for (let made = 0; made < length; ) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) digest = createHash(hash).update(digest).digest();
    pieces.push(digest);
    made += digest.length;
    const addend = repeated(digest, block).subarray(0, block);
    for (let at = 0; at < input.length; at += block) addOnto(input.subarray(at, at + block), addend);
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** The block of the hash function itself, not of its result. */
const blockOctets = (hash: string): number => (hash === "sha384" || hash === "sha512" ? 128 : 64);

/** As often as it takes to fill whole blocks. */
function repeated(bytes: Uint8Array, block: number): Uint8Array {
  const length = block * Math.ceil(bytes.length / block);
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/** `target` and `addend` as one long number each, and one more; what is carried beyond the first octet is lost. */
function addOnto(target: Uint8Array, addend: Uint8Array): void {
  let carry = 1;
  for (let at = target.length - 1; at >= 0; at--) {
    const sum = (target[at] ?? 0) + (addend[at] ?? 0) + carry;
    target[at] = sum & 0xff;
    carry = sum >> 8;
  }
}
