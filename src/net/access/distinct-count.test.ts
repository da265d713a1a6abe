import { expect, test } from "bun:test";
import { seeded } from "../../base/clock.ts";
import { DistinctCount } from "./distinct-count.ts";
import { keyedHash } from "./keyed-hash.ts";

function counted(different: number, each: number, seed: number): number {
  const hash = keyedHash(seeded(seed));
  const count = new DistinctCount();
  for (let round = 0; round < each; round++)
    for (let low = 0; low < different; low++) count.add(hash({ high: 0, low, owner: 2 }));
  return count.estimate;
}

test("nobody, one and a few are counted as they are", () => {
  expect([counted(0, 1, 1), counted(1, 1000, 1), counted(2, 3, 1)]).toEqual([0, 1, 2]);
});

test("many are counted about right, however often each came", () => {
  for (const different of [50, 800, 20_000, 200_000])
    for (const seed of [1, 2, 3]) {
      const estimate = counted(different, 2, seed);
      expect(Math.abs(estimate - different) / different).toBeLessThan(0.2);
    }
});
