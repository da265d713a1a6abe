import { expect, test } from "bun:test";
import { listElements } from "./field-list.ts";

test("a list is cut at its commas, and loses the blanks of HTTP alone", () => {
  expect(listElements(" a,\tb c \t,, ")).toEqual(["a", "b c", "", ""]);
  expect(listElements("\xa0a\x0b,\u2003b")).toEqual(["\xa0a\x0b", "\u2003b"]);
  expect(listElements("")).toEqual([""]);
  expect(listElements("a,b,c", 2)).toEqual(["a", "b"]);
});
