import { expect, test } from "bun:test";
import fc from "fast-check";
import { logAge, logNames, turns } from "./log-files.ts";

/** Carries the steps out on names alone, up to a crash after `steps` of them. */
function turn(files: Map<string, string>, kept: number, steps = Number.POSITIVE_INFINITY): void {
  for (const step of turns([...files.keys()], kept).slice(0, steps)) {
    const content = files.get(step.name);
    expect(content).toBeDefined();
    files.delete(step.name);
    if (step.do === "remove") continue;
    expect(files.has(step.to)).toBe(false); // a rename never overwrites
    files.set(step.to, content ?? "");
  }
}

test("only the log's own files count, youngest first", () => {
  const names = [
    "events.10.jsonl",
    "events.jsonl",
    "x.jsonl",
    "events.2.jsonl",
    "events.02.jsonl",
    "events.1.jsonl.gz",
  ];
  expect(logNames(names)).toEqual(["events.jsonl", "events.2.jsonl", "events.10.jsonl"]);
  expect(logAge("events.0.jsonl")).toBeUndefined();
});

test("files move up one by one and the oldest goes", () => {
  const files = new Map<string, string>();
  for (let round = 1; round <= 6; round++) {
    files.set("events.jsonl", `${round}`);
    turn(files, 3);
  }
  expect(Object.fromEntries(files)).toEqual({ "events.1.jsonl": "6", "events.2.jsonl": "5", "events.3.jsonl": "4" });
});

test("a crash between any two steps loses nothing but the oldest, and the next turn goes on", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(6), { maxLength: 12 }), (kept, crashes) => {
      const files = new Map<string, string>();
      let written = 0;
      for (const crash of crashes) {
        if (!files.has("events.jsonl")) files.set("events.jsonl", String(++written));
        turn(files, kept, crash);
        const inOrder = logNames([...files.keys()]).map((name) => Number(files.get(name)));
        expect(inOrder).toEqual(inOrder.toSorted((left, right) => right - left)); // still young to old
        expect(inOrder).toContain(written);
        expect(inOrder.length).toBeGreaterThanOrEqual(Math.min(written, kept));
      }
    }),
  );
});

test("files beyond the number to keep are removed when that number was lowered", () => {
  const files = new Map([1, 2, 3, 4].map((age) => [`events.${age}.jsonl`, "x"]));
  files.set("events.jsonl", "x");
  turn(files, 2);
  expect([...files.keys()].sort()).toEqual(["events.1.jsonl", "events.2.jsonl"]);
});
