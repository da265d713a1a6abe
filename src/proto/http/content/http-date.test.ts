import { expect, test } from "bun:test";
import fc from "fast-check";
import { httpDate, readHttpDate } from "./http-date.ts";

const now = Date.UTC(2026, 5, 1);
const sample = Date.UTC(1994, 10, 6, 8, 49, 37);
const read = (text: string) => readHttpDate(text, now);

test("all three forms are read, and one is written", () => {
  for (const text of ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
    expect([text, read(text)]).toEqual([text, sample]);
  expect(httpDate(sample + 999)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
});

test("two digits of a year mean the nearest one that is not far ahead", () => {
  expect(read("Sunday, 06-Nov-76 08:49:37 GMT")).toBe(Date.UTC(2076, 10, 6, 8, 49, 37));
  expect(read("Sunday, 06-Nov-77 08:49:37 GMT")).toBe(Date.UTC(1977, 10, 6, 8, 49, 37));
});

test("leap seconds and leap days exist, other odd dates do not", () => {
  expect(read("Sat, 31 Dec 2016 23:59:60 GMT")).toBe(Date.UTC(2016, 11, 31, 23, 59, 59));
  expect(read("Tue, 29 Feb 2000 00:00:00 GMT")).toBe(Date.UTC(2000, 1, 29));
  expect(read("Fri, 29 Feb 2008 00:00:00 GMT")).toBe(Date.UTC(2008, 1, 29));
  for (const text of [
    "",
    "0",
    "Thu, 29 Feb 2001 00:00:00 GMT",
    "Sun, 31 Jun 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "sun, 06 nov 1994 08:49:37 gmt",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 06 Now 1994 08:49:37 GMT",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT; length=5",
  ])
    expect([text, read(text)]).toEqual([text, undefined]);
});

test("what is written is read, whatever the second", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (second) => {
      expect(read(httpDate(second * 1000))).toBe(second * 1000);
    }),
  );
});
