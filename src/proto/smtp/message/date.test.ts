import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mailDate, readMailDate } from "./date.ts";

const AT_MS = Date.UTC(2026, 10, 27, 12, 40, 9);

test("a date is written as RFC 5322 §3.3 has it, in the time of the place", () => {
  expect(mailDate(AT_MS)).toBe("Fri, 27 Nov 2026 12:40:09 +0000");
  expect(mailDate(AT_MS, 60)).toBe("Fri, 27 Nov 2026 13:40:09 +0100");
  expect(mailDate(AT_MS, -9 * 60 - 30)).toBe("Fri, 27 Nov 2026 03:10:09 -0930");
});

describe("dates of all kinds are read", () => {
  for (const text of [
    "Fri, 27 Nov 2026 12:40:09 +0000",
    "27 Nov 2026 13:40:09 +0100 (CET)",
    "Fri,27 Nov 2026 07:40:09 EST",
    "Friday, 27-Nov-26 12:40:09 GMT",
    "fri, 27 nov 2026 12:40:09 -0000",
    "27 November 2026 12.40.09",
    "Fri, 27 Nov 2026 12:40:09 Z",
    " Fri,  27  Nov  2026  12:40:09  UT",
  ])
    test(text, () => expect(readMailDate(text)).toBe(AT_MS));

  test("two digits of a year mean what they meant (RFC 5322 §4.3)", () => {
    expect(readMailDate("1 Jan 49 00:00 +0000")).toBe(Date.UTC(2049, 0, 1));
    expect(readMailDate("1 Jan 97 00:00 +0000")).toBe(Date.UTC(1997, 0, 1));
    expect(readMailDate("1 Jan 103 00:00 +0000")).toBe(Date.UTC(2003, 0, 1));
  });
});

describe("what is no date is none", () => {
  for (const text of [
    "",
    "yesterday",
    "31 Feb 2026 12:00:00 +0000",
    "1 Foo 2026 12:00 +0000",
    "1 Jan 2026 25:00 +0000",
    "1 Jan 2026 12:00:61 +0000",
  ])
    test(JSON.stringify(text), () => expect(readMailDate(text)).toBeUndefined());
});

test("what is written reads the same, wherever it was written", () => {
  const seconds = fc.integer({ min: 0, max: 253_402_300_799 });
  fc.assert(
    fc.property(seconds, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offset) => {
      fc.pre(at + offset * 60 >= 0 && at + offset * 60 <= 253_402_300_799);
      expect(readMailDate(mailDate(at * 1000, offset))).toBe(at * 1000);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => ["number", "undefined"].includes(typeof readMailDate(text))));
});
