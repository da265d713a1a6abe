import { expect, test } from "bun:test";
import fc from "fast-check";
import { quantile } from "./quantile.ts";

const bounds = [1, 2, 4];

test("nothing was seen: there is no quantile", () => {
  expect(quantile(0.5, bounds, [0, 0, 0, 0])).toBeNull();
});

test.each([
  ["in the middle of the first range", 0.5, [10, 0, 0, 0], 0.5],
  ["by its rank within a range", 0.75, [2, 2, 0, 0], 1.5],
  ["over empty ranges", 0.99, [0, 0, 100, 0], 3.98],
  ["beyond the last bound, which is all that is known", 0.99, [1, 0, 0, 99], 4],
  ["at the very end of a range", 1, [1, 1, 0, 0], 2],
] as const)("%s", (_, part, counts, expected) => {
  expect(quantile(part, bounds, counts)).toBeCloseTo(expected, 10);
});

test("it grows with the part that is asked for, and stays within the bounds", () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const counts = fc.array(fc.nat(50), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(part, part, counts, (one, other, seen) => {
      const less = quantile(Math.min(one, other), bounds, seen) ?? 0;
      const more = quantile(Math.max(one, other), bounds, seen) ?? 0;
      expect(less).toBeGreaterThanOrEqual(0);
      expect(more).toBeGreaterThanOrEqual(less);
      expect(more).toBeLessThanOrEqual(4);
    }),
  );
});
