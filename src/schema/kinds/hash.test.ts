import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { hash } from "./hash.ts";

const kind = hash("word", "a word", (text) => (/^\w+$/.test(text) ? text : undefined), String);

test("a hash is kept as it is, in a shape by which it is known", () => {
  expect(expectGood(kind.decode({ $hash: "abc" }))).toBe("abc");
  expect(kind.print("abc")).toEqual({ $hash: "abc" });
});

test("what is no hash is refused and not repeated: it may be the password itself", () => {
  for (const given of [
    "abc",
    { $hash: "a b" },
    { $hash: "abc", more: 1 },
    { $hash: 1 },
    { $hash: "a".repeat(1025) },
    null,
  ])
    expect(kind.decode(given)).toEqual({ ok: false, error: [{ at: [], given: "(not shown)", wish: "a word" }] });
});
