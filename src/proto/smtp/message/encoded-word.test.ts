import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeEncodedWords, encodeWords } from "./encoded-word.ts";
import { hostileText } from "./testing/hostile-text.ts";

describe("reading", () => {
  const rows: readonly (readonly [written: string, read: string])[] = [
    ["plain text", "plain text"],
    ["=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"],
    ["=?utf-8?B?w7xiZXI=?=", "über"],
    ["=?UTF-8*de?q?Gr=C3=BC=C3=9Fe_an_alle?=", "Grüße an alle"],
    ["=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"],
    ["=?koi8-r?B?8NLJ18XU?=", "Привет"],
    // RFC 2047 §8: spaces between encoded words go, others stay.
    ["=?ISO-8859-1?Q?a?= b", "a b"],
    ["=?ISO-8859-1?Q?a?=   =?ISO-8859-2?Q?b?=", "ab"],
    ["x =?ISO-8859-1?Q?a_b?= y", "x a b y"],
    // A character cut in half, as many programs do.
    ["=?utf-8?B?w7xiZcM=?= =?UTF-8?B?vA==?=", "übeü"],
    // Nobody knows the character set, or it is none of ours.
    ["=?x-unknown?Q?=C3=BC?=", "ü"],
    // No encoded words at all.
    ["=?utf-8?X?abc?=", "=?utf-8?X?abc?="],
    ["=?utf-8?Q?not closed", "=?utf-8?Q?not closed"],
    ["=? ?Q? ?=", "=? ?Q? ?="],
  ];
  for (const [written, read] of rows) test(written, () => expect(decodeEncodedWords(written)).toBe(read));

  test("no line end comes out of an encoded word", () => {
    expect(decodeEncodedWords("=?utf-8?Q?a=0D=0ABcc:_x?=")).toBe("a  Bcc: x");
  });
});

describe("writing", () => {
  test("plain text stays plain, unless it looks encoded", () => {
    expect(encodeWords("Hello, World (1)")).toBe("Hello, World (1)");
    expect(encodeWords("=?utf-8?Q?a?=")).not.toContain("=?utf-8?Q?a?=");
  });

  test("the shorter of the two ways is taken", () => {
    expect(encodeWords("Jörg Schmidt")).toBe("=?utf-8?Q?J=C3=B6rg_Schmidt?=");
    expect(encodeWords("日本語")).toBe("=?utf-8?B?5pel5pys6Kqe?=");
  });

  test("what is written reads the same, in words of at most 75 characters of ASCII", () => {
    fc.assert(
      fc.property(
        hostileText(80).map((it) => it.toWellFormed()),
        (text) => {
          const encoded = encodeWords(text);
          expect(decodeEncodedWords(encoded)).toBe(text.replace(/[\0-\x1f\x7f]+/g, " "));
          expect(encoded).toMatch(/^[ -~]*$/);
          if (encoded !== text) expect(encoded.split(" ").every((word) => word.length <= 75)).toBe(true);
        },
      ),
    );
  });
});

test("no input throws", () => {
  const part = fc.constantFrom("=?", "?=", "utf-8", "?", "Q", "B", "=", "=4", " ", "\xff", "ü", "a");
  fc.assert(fc.property(fc.array(part), (parts) => typeof decodeEncodedWords(parts.join("")) === "string"));
});
