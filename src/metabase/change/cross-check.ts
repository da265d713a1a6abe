// All rules between nodes, asked for one change: references, bindings, how many entries, and what services demand. It
// keeps the indexes that make the answer independent of the size of the tree.
import { type Problem, problem } from "../../schema/decode.ts";
import type { Model, Section, Setting } from "../../schema/section.ts";
import type { NodeDifference } from "../tree/node.ts";
import { type CollectionPlace, locateNode } from "../tree/path.ts";
import type { View } from "../tree/view.ts";
import { type Check, runChecks } from "./check.ts";
import { Claims } from "./claims.ts";
import { References } from "./references.ts";

export class CrossCheck {
  readonly references: References;
  private readonly claims: Claims;
  private readonly checks: readonly Check[];

  constructor(model: Model, checks: readonly Check[]) {
    this.references = new References(model);
    this.claims = new Claims(model);
    this.checks = checks;
    for (const it of Object.values(model)) refuseCommonClaims(it);
  }

  /** Told what the tree now holds. */
  apply(differences: readonly NodeDifference[]): void {
    this.references.apply(differences);
    this.claims.apply(differences);
  }

  /** `view` is the tree with the differences in it. */
  check(view: View, differences: readonly NodeDifference[]): readonly Problem[] {
    return [
      ...this.references.check(view, differences),
      ...this.claims.check(differences),
      ...overfull(view, differences),
      ...runChecks(this.checks, view, differences),
    ];
  }
}

/** A default or inherited binding would be claimed by all sites at once: a model that says so is a bug. */
function refuseCommonClaims(section: Section, above: ReadonlySet<Setting> = new Set()): void {
  for (const [key, it] of Object.entries(section.settings)) {
    const byDefault = it.value === null ? [] : (it.kind.claims?.(it.value) ?? []);
    if (byDefault.length > 0 || (it.kind.claims !== undefined && above.has(it)))
      throw new Error(`${key} of ${section.name} claims a binding, so it can be neither inherited nor a default`);
  }
  const known = new Set([...above, ...Object.values(section.settings)]);
  for (const it of Object.values(section.collections)) refuseCommonClaims(it.section, known);
}

function overfull(view: View, differences: readonly NodeDifference[]): readonly Problem[] {
  const grown = new Map<string, CollectionPlace>();
  for (const { path, before } of differences) {
    const under = before === null ? locateNode(view.model, path) : undefined;
    if (under?.ok && under.value.under !== undefined) grown.set(under.value.under.path, under.value.under);
  }
  return [...grown.values()]
    .filter(({ path, collection }) => view.count(path) > collection.max)
    .map(({ path, collection }) => problem(path, view.count(path), `at most ${collection.max} entries`));
}
