// What a node states, in the one form that is compared, hashed and kept. Pure.
import { canonical, type Json } from "../../base/json.ts";
import type { Own } from "../../schema/decode.ts";

/** One node before and after a change; null: it is not there. A top section that states nothing counts as not there. */
export interface NodeDifference {
  readonly path: string;
  readonly before: Own | null;
  readonly after: Own | null;
}

export const NOTHING: Own = Object.freeze({});

/** Keys in one order, at every depth: two nodes that state the same have the same text. */
export const normal = (own: Own): Own => JSON.parse(canonical(own as Json));

export const textOf = (own: Own): string => JSON.stringify(own);

export const sameOwn = (left: Own | null, right: Own | null): boolean =>
  left === right || (left !== null && right !== null && textOf(left) === textOf(right));

/** What the tree keeps of a node: null for a top section that states nothing, as it exists anyhow. */
export const kept = (path: string, own: Own | null): Own | null =>
  own !== null && !path.includes("/") && Object.keys(own).length === 0 ? null : own;

/** The keys that state something else afterwards. */
export function changedKeys({ before, after }: NodeDifference): readonly string[] {
  const keys = new Set([...Object.keys(before ?? NOTHING), ...Object.keys(after ?? NOTHING)]);
  return [...keys].filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]));
}

export const inverse = (differences: readonly NodeDifference[]): readonly NodeDifference[] =>
  differences.map(({ path, before, after }) => ({ path, before: after, after: before })).reverse();
