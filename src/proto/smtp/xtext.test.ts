import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeUtf8Address, decodeXtext, encodeUtf8Address, encodeXtext } from "./xtext.ts";

test("xtext hides what parsers would take for theirs", () => {
  expect(encodeXtext("a+b=c d")).toBe("a+2Bb+3Dc+20d");
  expect(decodeXtext("a+2Bb+3dc+20d")).toBe("a+b=c d");
  for (const bad of ["a=b", "a b", "a+", "a+2", "a+zz", "a\nb", "é"]) expect(decodeXtext(bad)).toBeUndefined();
});

test("what xtext cannot say becomes a question mark and no line of its own", () => {
  expect(encodeXtext("é\r\nx")).toBe("???x");
});

test("addresses in UTF-8 are written in ASCII, and read in both", () => {
  expect(encodeUtf8Address("jörg\\@b c")).toBe("j\\x{F6}rg\\x{5C}@b\\x{20}c");
  expect(decodeUtf8Address("j\\x{F6}rg@b")).toBe("jörg@b");
  expect(decodeUtf8Address("jörg@b")).toBe("jörg@b");
  for (const bad of ["\\", "\\x{}", "\\x{D800}", "\\x{110000}", "\\x{A}", "\\x{7F}", "\\n"])
    expect([bad, decodeUtf8Address(bad)]).toEqual([bad, undefined]);
});

test("both are read as what was written", () => {
  const ascii = fc.stringMatching(/^[ -~]*$/);
  fc.assert(
    fc.property(ascii, (text) => {
      expect(decodeXtext(encodeXtext(text))).toBe(text);
      expect(encodeXtext(text)).toMatch(/^[!-*,-<>-~+]*$/);
    }),
  );
  const plain = fc.string({ unit: "grapheme" }).filter((it) => !/[\p{Cc}\p{Cs}]/u.test(it));
  fc.assert(
    fc.property(plain, (text) => {
      expect(decodeUtf8Address(encodeUtf8Address(text))).toBe(text);
    }),
  );
});
