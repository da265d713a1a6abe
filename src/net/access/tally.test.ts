import { expect, test } from "bun:test";
import { Tally } from "./tally.ts";

test("what has gone is not kept, and one that never came can go", () => {
  const tally = new Tally<string>();
  tally.add("a");
  tally.add("a");
  tally.add("b");
  tally.remove("a");
  tally.remove("b");
  tally.remove("c");
  expect([tally.of("a"), tally.of("b"), tally.of("c"), tally.size]).toEqual([1, 0, 0, 1]);
});
