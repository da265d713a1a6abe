import { expect, test } from "bun:test";
import { KnownTargets, TargetMemory } from "./known-targets.ts";

/** The targets of a site, and for which of them something was made, in their order. */
function targetsIn(memory: TargetMemory) {
  const made: string[] = [];
  const targets = new KnownTargets(memory, (target, isRemembered) => {
    made.push(isRemembered ? target : `not kept, ${target.length}`);
    return { target };
  });
  return { targets, made };
}

test("what is made of a target is made once, and each time of one that is long", () => {
  const { targets, made } = targetsIn(new TargetMemory());
  const long = `/${"x".repeat(256)}`;
  for (const target of ["/a?b", long, "/a?b", long, "/a"]) expect(targets.of(target)).toEqual({ target });
  expect(targets.of("/a")).toBe(targets.of("/a"));
  expect(made).toEqual(["/a?b", "not kept, 257", "not kept, 257", "/a"]);
});

test("what all sites remember together has a bound, whoever fills it", () => {
  const memory = new TargetMemory();
  const [quiet, flooded] = [targetsIn(memory), targetsIn(memory)];
  quiet.targets.of("/");
  for (let target = 1; target < 20_000; target++) flooded.targets.of(String(target));
  quiet.targets.of("/");
  expect(quiet.made).toEqual(["/"]);
  flooded.targets.of("one more");
  quiet.targets.of("/");
  expect(quiet.made).toEqual(["/", "/"]);
  flooded.targets.of("1");
  expect(flooded.made).toHaveLength(20_001);
});

test("thousands of sites may remember a few targets each", () => {
  const memory = new TargetMemory();
  const sites = Array.from({ length: 3000 }, () => targetsIn(memory));
  for (let target = 0; target < 7; target++) for (const { targets } of sites) targets.of(String(target));
  for (const { targets, made } of sites) {
    targets.of("0");
    expect(made).toHaveLength(7);
  }
});
