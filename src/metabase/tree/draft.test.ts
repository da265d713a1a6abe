import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Own } from "../../schema/decode.ts";
import { testModel } from "../testing/model.ts";
import { hashText, spellHash } from "./digest.ts";
import { Draft } from "./draft.ts";
import { inverse, normal, textOf } from "./node.ts";
import { type Node, Tree } from "./tree.ts";
import type { View } from "./view.ts";

const paths = ["smtp", "www", "smtp/sites/a", "smtp/sites/b", "smtp/sites/a/domains/x", "smtp/sites/b/domains/x"];
const own = fc.option(fc.dictionary(fc.constantFrom("b", "a", "10", "9"), fc.jsonValue({ maxDepth: 1 })), {
  nil: null,
});
const puts = fc.array(fc.tuple(fc.constantFrom(...paths), own as fc.Arbitrary<Own | null>), { maxLength: 12 });

/** What a view shows, node by node. */
const shown = (view: View) => ({
  nodes: paths.map((it) => [it, view.own(it) === undefined ? null : textOf(normal(view.own(it) ?? {}))]),
  children: ["smtp/sites", "smtp/sites/a/domains", "smtp/sites/b/domains"].map((it) => [
    [...view.entries(it)].sort(),
    view.count(it),
  ]),
});

test("a draft shows what the tree shows once it is applied, and leaves the tree alone", () => {
  fc.assert(
    fc.property(puts, puts, (before, after) => {
      const tree = new Tree(testModel);
      const first = new Draft(tree);
      for (const [path, it] of before) first.put(path, it);
      tree.apply(first.differences());
      const untouched = shown(tree);
      const digest = tree.digest;

      const draft = new Draft(tree);
      for (const [path, it] of after) draft.put(path, it);
      const expected = shown(draft);
      const differences = draft.differences();
      expect(shown(tree)).toEqual(untouched);
      expect(tree.digestAfter(differences)).toBe(new Tree(testModel, nodesAfter(tree, differences)).digest);
      tree.apply(differences);
      expect(shown(tree)).toEqual(expected);
      expect(tree.digest).toBe(new Tree(testModel, tree.all()).digest);

      tree.apply(inverse(differences));
      expect(shown(tree)).toEqual(untouched);
      expect(tree.digest).toBe(digest);
    }),
    { numRuns: 500 },
  );
});

test("the digest of a tree is the same whatever way led to it, and another for another tree", () => {
  const nodes: readonly Node[] = [
    ["smtp", { relay: "none" }],
    ["smtp/sites/a", {}],
  ];
  const digestOf = (...of: readonly Node[]) => new Tree(testModel, of).digest;
  const digest = digestOf(...nodes);
  expect(digestOf(...nodes.toReversed())).toBe(digest);
  expect(digest).toBe("d60b2f0f9a8b2aaa"); // on disks since 0.1: it never changes
  expect(spellHash(hashText("abc"))).toBe("44bc2cf5ad770999"); // as published for xxHash64
  const others = [digestOf(...nodes.slice(1)), digestOf(["smtp", { relay: "listed" }], ...nodes.slice(1))];
  expect(others).not.toContain(digest);
});

function nodesAfter(tree: Tree, differences: ReturnType<Draft["differences"]>) {
  const nodes = new Map(tree.all());
  for (const { path, after } of differences)
    if (after === null) nodes.delete(path);
    else nodes.set(path, after);
  return nodes;
}
