import { expect, test } from "bun:test";
import { DecisionMemory } from "./decisions.ts";

test("what all sites remember together has a bound, whoever fills it", () => {
  const memory = new DecisionMemory();
  const [quiet, flooded] = [new Map(), new Map()];
  memory.grows(quiet);
  quiet.set("/", "decided");
  for (let target = 0; target < 50_000; target++) {
    memory.grows(flooded);
    flooded.set(String(target), "decided");
    if (quiet.size + flooded.size > 20_000) throw new Error("too much");
  }
  expect([quiet.size, flooded.size]).toEqual([0, 10_001]);
});
