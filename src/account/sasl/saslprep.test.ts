import { expect, test } from "bun:test";
import fc from "fast-check";
import { saslprep } from "./saslprep.ts";

test("the examples of RFC 4013", () => {
  expect(saslprep("I\u00adX")).toBe("IX");
  expect(saslprep("user")).toBe("user");
  expect(saslprep("USER")).toBe("USER");
  expect(saslprep("\u00aa")).toBe("a");
  expect(saslprep("\u2168")).toBe("IX");
  expect(saslprep("\u0007")).toBeUndefined();
  expect(saslprep("\u0627\u0031")).toBeUndefined();
});

test("one password typed in two ways is one password", () => {
  expect(saslprep("Grüße\u00a0x")).toBe(saslprep("Gru\u0308ße x") ?? "");
  expect(saslprep("pass\u200bword")).toBe("password");
});

test("text in two directions at once, private and forbidden characters are refused, new characters are taken", () => {
  expect(saslprep("\u05d0a\u05d0")).toBeUndefined();
  expect(saslprep("\u05d01\u05d0")).toBe("\u05d01\u05d0");
  for (const text of ["\ue000", "\ud800", "\ufdd0", "\ufffd", "\u202e", "\u{e0041}", "a\0b", "\u0341x\u200e"])
    expect(saslprep(text)).toBeUndefined();
  expect(saslprep("🐎 correct horse")).toBe("🐎 correct horse");
});

test("what is prepared stays as it is when it is prepared again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const once = saslprep(text);
      if (once !== undefined) expect(saslprep(once)).toBe(once);
    }),
  );
});
