// A number that proves a tree: the sum of one hash per node, so that a change costs only what it changes. It finds
// damage, not malice: who can write the files owns the machine.
import type { Own } from "../../schema/decode.ts";
import { type NodeDifference, textOf } from "./node.ts";

export type Digest = bigint;

/** xxHash64 is a published algorithm: what is written today can be proven by another program in ten years. */
export const hashText = (text: string): bigint => Bun.hash.xxHash64(text);

export const term = (path: string, own: Own | null): Digest =>
  own === null ? 0n : hashText(`${path}\n${textOf(own)}`);

/** The digest of the tree after the differences. */
export function shifted(digest: Digest, differences: readonly NodeDifference[]): Digest {
  let sum = digest;
  for (const { path, before, after } of differences) sum += term(path, after) - term(path, before);
  return BigInt.asUintN(64, sum);
}

export const spellHash = (hash: bigint): string => hash.toString(16).padStart(16, "0");
