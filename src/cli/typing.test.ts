import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Typing, takeKeys } from "./typing.ts";

const start: Typing = { text: "", rest: "" };
const type = (...keys: readonly string[]): Typing => keys.reduce(takeKeys, start);

test("a line ends with Enter; what comes behind it is kept for the next question", () => {
  expect(type("a", "b", "\r")).toEqual({ text: "ab", rest: "", end: "entered" });
  expect(type("ab\ncd\n")).toEqual({ text: "ab", rest: "cd\n", end: "entered" });
});

test("Backspace takes a character, Ctrl-U the line, and keys that move the cursor do nothing", () => {
  expect(type("ab\u007fc").text).toBe("ac");
  expect(type("a😀\b").text).toBe("a");
  expect(type("abc\u0015d").text).toBe("d");
  expect(type("a\u001b[Db\u001b[3~\u001bOPc").text).toBe("abc");
});

test("Ctrl-C gives up, Ctrl-D only on an empty line; nothing of the text is left", () => {
  expect(type("abc\u0003")).toEqual({ text: "", rest: "", end: "given-up" });
  expect(type("\u0004")).toEqual({ text: "", rest: "", end: "given-up" });
  expect(type("a\u0004").end).toBeUndefined();
});

test("printable text comes out as it was typed, however the keys arrive", () => {
  const printable = fc.string({ unit: "grapheme" }).filter((it) => /^[^\u0000-\u001f\u007f]*$/.test(it));
  fc.assert(
    fc.property(printable, fc.boolean(), (text, inOnePiece) => {
      const typed = inOnePiece ? type(`${text}\r`) : type(...[...text], "\r");
      expect(typed).toEqual({ text, rest: "", end: "entered" });
    }),
  );
});
