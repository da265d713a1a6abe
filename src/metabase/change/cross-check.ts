// All rules between nodes, asked for one change: references, bindings, how many entries, and what services demand. It
// keeps the indexes that make the answer independent of the size of the tree.
import { type Problem, problem } from "../../schema/decode.ts";
import type { Model } from "../../schema/section.ts";
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
