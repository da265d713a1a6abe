// A revision: one change of the tree, who made it and why, and the hash that chains it to the one before. Pure.
import type { NodeDifference } from "../tree/node.ts";

export const revisionKinds = ["init", "change", "apply", "revert", "expired", "reseal", "upgrade", "rebuild"] as const;
export type RevisionKind = (typeof revisionKinds)[number];

/** Unless it is confirmed in time, the metabase takes the revision back by itself. */
export interface ConfirmTerms {
  readonly withinMs: number;
  readonly untilMs: number;
}

export interface RevisionHead {
  readonly n: number;
  readonly atMs: number;
  readonly who: string;
  readonly why: string;
  readonly kind: RevisionKind;
  readonly confirm: ConfirmTerms | null;
  /** Of the whole tree after the change. */
  readonly digest: string;
  /** The chain of the revision before; "" for the first. */
  readonly previous: string;
  /** Hash over the metabase it belongs to, the revision before, and all that is said here and changed. */
  readonly chain: string;
}

export interface Revision extends RevisionHead {
  readonly changes: readonly NodeDifference[];
}

export interface Confirmation {
  /** The revision that stays. */
  readonly n: number;
  readonly atMs: number;
  readonly who: string;
}

/** Gives a revision its place in the chain of the metabase `instance`. */
export function chained(instance: string, revision: Omit<Revision, "chain">): Revision {
  return { ...revision, chain: chainOf(instance, revision) };
}

/** Whether the revision is what was written: no field and no change of it was touched since. */
export const isGenuine = (instance: string, revision: Revision): boolean =>
  revision.chain === chainOf(instance, revision);

function chainOf(instance: string, it: Omit<Revision, "chain">): string {
  const { n, atMs, who, why, kind, digest, previous } = it;
  const confirm = it.confirm === null ? null : [it.confirm.withinMs, it.confirm.untilMs];
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(JSON.stringify([instance, n, atMs, who, why, kind, confirm, digest, previous]));
  for (const { path, before, after } of it.changes) hash.update(`\n${JSON.stringify([path, before, after])}`);
  return hash.digest("hex");
}

/** A hash that ties a confirmation to its revision. */
export const confirmationHash = (chain: string, { n, atMs, who }: Confirmation): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify([chain, n, atMs, who])).digest("hex");

export function headOf({ changes: _, ...head }: Revision): RevisionHead {
  return head;
}
