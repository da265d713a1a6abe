// The MD5 crypt of old Unixes (`$1$`) and of Apache's htpasswd (`$apr1$`). Only to let those in once who have such a
// hash: it is quick to guess, so the first login replaces it, and nothing new is ever hashed so.
import { createHash } from "node:crypto";
import { cryptText } from "./crypt-text.ts";
import { breathe, findByTag, type Scheme } from "./scheme.ts";

export const md5Crypt: Scheme = {
  name: "MD5 crypt",
  pattern: /^(?<recipe>\$(?:1|apr1)\$)(?<salt>[^$:\s]{0,8})\$(?<tag>[./0-9A-Za-z]{22})$/,
  decoy: `........$${".".repeat(22)}`,
  tooDear: () => undefined,
  find: findByTag(compute),
};

const ROUNDS = 1000;
const ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
  [undefined, undefined, 11],
];

const md5 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("md5");
  for (const it of parts) hash.update(it);
  return hash.digest();
};

/** The steps have no reason beyond being what everybody's crypt does; tests compare with openssl and htpasswd. */
async function compute(password: Uint8Array, recipe: string, saltText: string): Promise<string> {
  const salt = Buffer.from(saltText);
  const inner = md5(password, salt, password);
  const first: Uint8Array[] = [password, Buffer.from(recipe), salt];
  for (let left = password.length; left > 0; left -= 16) first.push(inner.subarray(0, Math.min(16, left)));
  const zero = Buffer.alloc(1);
  for (let bits = password.length; bits > 0; bits >>= 1) first.push(bits & 1 ? zero : password.subarray(0, 1));
  let digest = md5(...first);
  for (let round = 0; round < ROUNDS; round++) {
    const odd = round % 2 === 1;
    const parts: Uint8Array[] = [odd ? password : digest];
    if (round % 3 !== 0) parts.push(salt);
    if (round % 7 !== 0) parts.push(password);
    parts.push(odd ? digest : password);
    digest = md5(...parts);
    if (round % 500 === 499) await breathe();
  }
  return cryptText(digest, ORDER);
}
