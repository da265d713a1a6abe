import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Rate } from "../../schema/kinds/rate.ts";
import { charge } from "./rate-limit.ts";

/** Which of these moments pass. */
function passing(rate: Rate, atMs: readonly number[]): readonly boolean[] {
  let clearAtMs = 0;
  return atMs.map((nowMs) => {
    const answer = charge(clearAtMs, rate, nowMs);
    clearAtMs = answer.clearAtMs;
    return answer.waitMs === 0;
  });
}

test("so many pass at once, and the next when its share of the time has passed", () => {
  const rate = { count: 3, perMs: 3000 };
  expect(passing(rate, [0, 0, 0, 0, 999, 1000, 1001, 2000, 9000, 9000, 9000, 9000])).toEqual([
    ...[true, true, true, false, false, true, false, true],
    ...[true, true, true, false],
  ]);
  expect(charge(3000, rate, 0)).toEqual({ clearAtMs: 3000, waitMs: 1000 });
});

test("a rate counts exactly, whatever fractions its share of the time has", () => {
  for (const count of [1, 3, 7, 60, 999, 100_000]) {
    for (const [perMs, atMs] of [
      [100, 0],
      [60_000, 12_345.678],
    ] as const)
      expect(passing({ count, perMs }, Array(count + 1).fill(atMs)).filter((it) => it).length).toBe(count);
  }
});

test("a shorter rate takes effect although much was held against the address", () => {
  expect(charge(86_400_000, { count: 10, perMs: 1000 }, 0)).toEqual({ clearAtMs: 1000, waitMs: 100 });
});

test("within no span pass more than the rate and what the span allows, and waiting as told helps", () => {
  const rates = fc.record({ count: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 10, max: 5000 }) });
  const steps = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(rates, steps, (rate, gaps) => {
      let clearAtMs = 0;
      let nowMs = 0;
      const passed: number[] = [];
      for (const gap of gaps) {
        nowMs += gap;
        const answer = charge(clearAtMs, rate, nowMs);
        clearAtMs = answer.clearAtMs;
        if (answer.waitMs === 0) passed.push(nowMs);
        else expect(charge(clearAtMs, rate, nowMs + answer.waitMs).waitMs).toBe(0);
      }
      for (const [index, from] of passed.entries())
        for (const [later, to] of passed.slice(index).entries())
          expect(later + 1).toBeLessThanOrEqual(rate.count + ((to - from) * rate.count) / rate.perMs + 0.01);
    }),
    { numRuns: 300 },
  );
});
