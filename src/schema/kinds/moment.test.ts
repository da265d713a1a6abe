import { expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { moment } from "./moment.ts";

test("a moment is read as a day or to the second, and written to the second", () => {
  expect(moment.print(expectGood(moment.decode("2030-12-31")))).toBe("2030-12-31T00:00:00Z");
  expect(moment.print(expectGood(moment.decode("2030-12-31T23:59Z")))).toBe("2030-12-31T23:59:00Z");
});

test("a day that no calendar has, another time zone, and what is no moment are refused", () => {
  for (const given of [
    "2030-06-31",
    "2030-13-01",
    "2030-12-31T23:59:59",
    "2030-12-31T23:59:59+01:00",
    "tomorrow",
    "",
    1,
  ])
    expect(moment.decode(given).ok).toBe(false);
});

test("every moment survives print and decode", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
      expect(expectGood(moment.decode(moment.print(date.getTime())))).toBe(date.getTime());
    }),
  );
});
