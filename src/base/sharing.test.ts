import { expect, test } from "bun:test";
import { sharing } from "./sharing.ts";

interface Values {
  readonly list: readonly string[];
  readonly limit: number | null;
  readonly other: string;
}

test("what is made of the same again is what was made, whatever else is different", () => {
  const made: unknown[] = [];
  const shared = sharing<Values, "list" | "limit", readonly string[]>(["list", "limit"], (values) => {
    made.push(values);
    return [...values.list];
  });
  const first: Values = { list: ["a"], limit: 1, other: "x" };
  const of = (more: Partial<Values>) => shared({ ...first, ...more });
  expect(of({ list: ["a"], other: "y" })).toBe(of({}));
  expect(made).toEqual([{ list: ["a"], limit: 1 }]);
  expect(of({ list: ["b"] })).toEqual(["b"]);
  expect(of({ list: ["b"] })).toBe(of({ list: ["b"] }));
  expect(of({ limit: null, list: ["b"] })).toEqual(["b"]);
  expect(of({})).toEqual(["a"]);
  expect(made).toHaveLength(4);
});
