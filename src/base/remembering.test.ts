import { expect, test } from "bun:test";
import { remembering } from "./remembering.ts";

test("what was asked a moment ago is not made again, but for long texts, and no crowd of others fills the memory", () => {
  const made: string[] = [];
  const known = remembering((text) => made.push(text) > 0 && text.startsWith("a"));
  expect(["a", "b", "a", "b"].map(known)).toEqual([true, false, true, false]);
  expect(made).toEqual(["a", "b"]);
  const long = "a".repeat(501);
  expect([known(long), known(long), made.length]).toEqual([true, true, 4]);
  for (let each = 0; each < 1000; each++) known(`c${each}`);
  expect(made).toHaveLength(1004);
  known("a");
  expect(made).toHaveLength(1005);
});
