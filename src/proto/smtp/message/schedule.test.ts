import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { pauseAfter, standingOf, usualSchedule } from "./schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What happens to a message whose destination never answers, as minutes since it came. */
function life(fromMs = 0): readonly string[] {
  const told: string[] = [];
  let nextAttemptMs: number | undefined;
  let delayTold = false;
  let failures = 0;
  for (let nowMs = fromMs, step = 0; step < 100; step++) {
    const standing = standingOf(usualSchedule, { arrivedMs: 0, nextAttemptMs, delayTold }, nowMs);
    if (standing.kind !== "wait") told.push(`${standing.kind} ${nowMs / MINUTE}`);
    if (standing.kind === "expired") return told;
    if (standing.kind === "wait") nowMs = standing.untilMs;
    else if (standing.kind === "tell-delay") delayTold = true;
    else nextAttemptMs = nowMs + pauseAfter(usualSchedule, ++failures, 0);
  }
  return told;
}

test("the usual life: three short tries, then 15, 30, 60 and every 240 minutes; told after 12 hours, over after 48", () => {
  const tries = [0, 1, 2, 3, 18, 48, 108, 348, 588];
  const later = [828, 1068, 1308, 1548, 1788, 2028, 2268, 2508, 2748];
  const steps = (minutes: readonly number[]) => minutes.map((it) => `try ${it}`);
  expect(life()).toEqual([...steps(tries), "tell-delay 720", ...steps(later), "expired 2880"]);
});

test("after days in which the server was down, a message is tried before it is given up", () => {
  expect(life(100 * HOUR)).toEqual(["try 6000", "expired 6000"]);
});

describe("pauses", () => {
  test("go on with the last one for ever", () => {
    const minutes = [1, 3, 4, 5, 6, 7, 8, 1000].map((failures) => pauseAfter(usualSchedule, failures, 0) / MINUTE);
    expect(minutes).toEqual([1, 1, 15, 30, 60, 240, 240, 240]);
  });

  test("are spread by a tenth, and never shorter", () => {
    expect(pauseAfter(usualSchedule, 4, 0.5)).toBe(15.75 * MINUTE);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const plain = pauseAfter(usualSchedule, failures, 0);
        const spread = pauseAfter(usualSchedule, failures, chance);
        expect(spread >= plain && spread <= plain * 1.1 + 1).toBe(true);
      }),
    );
  });
});

describe("standing", () => {
  const waiting = { arrivedMs: 0, nextAttemptMs: 5 * HOUR, delayTold: false };

  test("a message that waits is looked at when the first thing is due", () => {
    expect(standingOf(usualSchedule, waiting, 2 * HOUR)).toEqual({ kind: "wait", untilMs: 5 * HOUR });
    expect(standingOf(usualSchedule, { ...waiting, nextAttemptMs: 13 * HOUR }, 11 * HOUR)).toEqual({
      kind: "wait",
      untilMs: 12 * HOUR,
    });
    expect(standingOf(usualSchedule, { ...waiting, nextAttemptMs: 13 * HOUR, delayTold: true }, 12 * HOUR)).toEqual({
      kind: "wait",
      untilMs: 13 * HOUR,
    });
  });

  test("a clock that was put back does not make mail rest", () => {
    expect(standingOf(usualSchedule, { ...waiting, nextAttemptMs: 100 * HOUR }, HOUR)).toEqual({ kind: "try" });
  });

  test("nothing waits for a moment that has passed", () => {
    const time = fc.integer({ min: 0, max: 100 * HOUR });
    fc.assert(
      fc.property(
        time,
        fc.option(time, { nil: undefined }),
        fc.boolean(),
        time,
        (arrivedMs, nextAttemptMs, delayTold, nowMs) => {
          const standing = standingOf(usualSchedule, { arrivedMs, nextAttemptMs, delayTold }, nowMs);
          if (standing.kind === "wait") expect(standing.untilMs).toBeGreaterThan(nowMs);
        },
      ),
    );
  });
});
