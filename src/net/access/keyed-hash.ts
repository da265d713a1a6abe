// A hash of an address that nobody outside can foresee, so that nobody can choose addresses that fall together. Pure
// but for the randomness that is handed in; no cryptography, as its results are never shown.
import type { Randomness } from "../../base/clock.ts";

/** What is counted as one: an IPv4 address, or the /64 that an IPv6 user has for himself, at one site. */
export interface Counted {
  readonly high: number;
  readonly low: number;
  /** Twice the number of the site, and one more for IPv6. */
  readonly owner: number;
}

export type KeyedHash = (it: Counted) => number;

/** 32 bits. Random odd factors for each word: two keys that differ fall together by chance alone. */
export function keyedHash(randomness: Randomness): KeyedHash {
  const factor = (): number => (randomness() * 2 ** 32) | 1;
  const [forHigh, forLow, forOwner] = [factor(), factor(), factor()];
  return ({ high, low, owner }) =>
    mixed(Math.imul(high, forHigh) + Math.imul(low, forLow) + Math.imul(owner, forOwner));
}

/** Every bit of the sum into every bit of the hash: low bits of a product depend on low bits alone. */
function mixed(sum: number): number {
  let it = sum ^ (sum >>> 16);
  it = Math.imul(it, 0x85ebca6b);
  it ^= it >>> 13;
  it = Math.imul(it, 0xc2b2ae35);
  return (it ^ (it >>> 16)) >>> 0;
}
