// Rules between settings that a service hands in as rows. They are asked only for nodes that a change touches: the
// changed ones, those above them, and those that inherit what was changed.
import type { Problem } from "../../schema/decode.ts";
import { inheritorsOf } from "../tree/inheritors.ts";
import { changedKeys, type NodeDifference } from "../tree/node.ts";
import { chainOf, locateNode, type Place, shapeOf } from "../tree/path.ts";
import type { View } from "../tree/view.ts";

export interface Check {
  readonly name: string;
  /** The nodes it is about: "smtp/sites/<name>", "smtp". */
  readonly of: string;
  /** `view` is the tree as it would be; `valuesAt` and `originAt` read it. */
  check(view: View, path: string): readonly Problem[];
}

export function runChecks(
  checks: readonly Check[],
  view: View,
  differences: readonly NodeDifference[],
): readonly Problem[] {
  if (checks.length === 0) return [];
  const problems: Problem[] = [];
  for (const place of touched(view, differences).values()) {
    const shape = shapeOf(place);
    for (const it of checks) if (it.of === shape) problems.push(...it.check(view, place.path));
  }
  return problems;
}

function touched(view: View, differences: readonly NodeDifference[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const it of differences) {
    const located = locateNode(view.model, it.path);
    if (!located.ok) continue;
    for (const place of chainOf(located.value)) if (view.own(place.path) !== undefined) places.set(place.path, place);
    for (const place of inheritorsOf(view, located.value, changedKeys(it))) places.set(place.path, place);
  }
  return places;
}
