// A tree that another release wrote, brought into what this one knows: values in today's spelling, and what is not
// known any more taken out and named. It proposes; recording is the matter of the caller.

import { decodeOwn } from "../../schema/decode.ts";
import { modelSchema } from "../../schema/json-schema.ts";
import type { Model } from "../../schema/section.ts";
import { References } from "../change/references.ts";
import { hashText, spellHash } from "../tree/digest.ts";
import { Draft } from "../tree/draft.ts";
import { NOTHING, type NodeDifference } from "../tree/node.ts";
import { locateNode } from "../tree/path.ts";
import type { Tree } from "../tree/tree.ts";

export interface Upgrade {
  readonly differences: readonly NodeDifference[];
  /** What is taken out, as paths. */
  readonly outgrown: readonly string[];
}

/** Changes with every release and every change of the model; a tree that was accepted under it needs no second look. */
export const fingerprint = (model: Model, release: string): string =>
  spellHash(hashText(`${release}\n${JSON.stringify(modelSchema(model))}`));

export function upgradeOf(tree: Tree): Upgrade {
  const { model } = tree;
  const draft = new Draft(tree);
  const outgrown: string[] = [];
  const byDepth = [...tree.all()].sort(([left], [right]) => left.split("/").length - right.split("/").length);
  for (const [path, own] of byDepth) {
    const place = locateNode(model, path);
    const parent = place.ok ? place.value.under?.of.path : undefined;
    const known = place.ok && place.value.path === path && (parent === undefined || draft.own(parent) !== undefined);
    if (!known) {
      draft.put(path, null);
      outgrown.push(path);
      continue;
    }
    const decoded = decodeOwn(place.value.section, own, path);
    outgrown.push(...decoded.problems.map((it) => it.path));
    draft.put(path, decoded.own);
  }
  outgrown.push(
    ...dropDangling(
      draft,
      byDepth.map(([path]) => path),
    ),
  );
  return { differences: draft.differences(), outgrown };
}

/** Statements that name an entry that is not there any more. */
export function dropDangling(draft: Draft, paths: readonly string[]): readonly string[] {
  const nodes = paths.map((path) => ({ path, before: null, after: draft.own(path) ?? null }));
  const dangling = new References(draft.model).check(draft, nodes).map((it) => it.path);
  for (const setting of dangling) {
    const slash = setting.lastIndexOf("/");
    const { [setting.slice(slash + 1)]: _, ...rest } = draft.own(setting.slice(0, slash)) ?? NOTHING;
    draft.put(setting.slice(0, slash), rest);
  }
  return dangling;
}
