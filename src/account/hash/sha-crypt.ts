// The SHA-2 crypt of /etc/shadow (`$5$` SHA-256, `$6$` SHA-512), after the description by Ulrich Drepper. Computed here
// in small pieces, as the runtime has no such function and nobody else may wait for it.
import { createHash } from "node:crypto";
import { cryptText } from "./crypt-text.ts";
import { breathe, findByTag, type Scheme } from "./scheme.ts";

const ROUNDS_USUAL = 5000;
const ROUNDS_MAX = 700_000;
const ROUNDS_IN_A_BREATH = 500;

export const shaCrypt: Scheme = {
  name: "SHA-2 crypt",
  pattern:
    /^(?<recipe>\$[56]\$(?:rounds=\d{4,9}\$)?)(?<salt>[^$:\s]{0,16})\$(?<tag>[./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/,
  decoy: `................$${".".repeat(86)}`,
  tooDear: (recipe) => (roundsOf(recipe) > ROUNDS_MAX ? `SHA-2 crypt is taken up to ${ROUNDS_MAX} rounds` : undefined),
  find: findByTag(compute),
};

const roundsOf = (recipe: string): number => Number(/rounds=(\d+)/.exec(recipe)?.[1] ?? ROUNDS_USUAL);

/** Bytes go out in threes; each three is the one before, turned and moved on by one. */
function orderOf(size: number): readonly (readonly (number | undefined)[])[] {
  const third = Math.floor(size / 3);
  const turn = size === 64 ? 1 : 2;
  const groups = Array.from({ length: third }, (_, at) => {
    const group = [at, at + third, at + 2 * third];
    const by = (at * turn) % 3;
    return [...group.slice(by), ...group.slice(0, by)];
  });
  return [...groups, size === 64 ? [undefined, undefined, 63] : [undefined, 31, 30]];
}

const variants = {
  "5": { algorithm: "sha256", size: 32, order: orderOf(32) },
  "6": { algorithm: "sha512", size: 64, order: orderOf(64) },
} as const;

async function compute(password: Uint8Array, recipe: string, saltText: string): Promise<string> {
  const { algorithm, size, order } = variants[recipe[1] === "5" ? "5" : "6"];
  const salt = Buffer.from(saltText);
  const hash = (...parts: readonly Uint8Array[]): Buffer => {
    const it = createHash(algorithm);
    for (const part of parts) it.update(part);
    return it.digest();
  };
  const repeated = (digest: Uint8Array, length: number): Buffer => Buffer.alloc(length, digest);

  const inner = hash(password, salt, password);
  const first: Uint8Array[] = [password, salt, password.length === 0 ? password : repeated(inner, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) first.push(bits & 1 ? inner : password);
  let digest = hash(...first);

  const many = hash(...Array.from({ length: password.length }, () => password));
  const p = password.length === 0 ? Buffer.alloc(0) : repeated(many, password.length);
  const s = repeated(hash(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => salt)), Math.max(salt.length, 1));
  const saltPart = s.subarray(0, salt.length);
  const rounds = Math.max(roundsOf(recipe), 1000);
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2 === 1;
    const parts: Uint8Array[] = [odd ? p : digest];
    if (round % 3 !== 0) parts.push(saltPart);
    if (round % 7 !== 0) parts.push(p);
    parts.push(odd ? digest : p);
    digest = hash(...parts);
    if (round % ROUNDS_IN_A_BREATH === ROUNDS_IN_A_BREATH - 1) await breathe();
  }
  return cryptText(digest.subarray(0, size), order);
}
