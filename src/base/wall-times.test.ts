import { expect, test } from "bun:test";
import { type Clock, ManualClock } from "./clock.ts";
import { WallTimes } from "./wall-times.ts";

test("the clock on the wall is asked once a millisecond, and counted on between", () => {
  let steadyMs = 5;
  let asked = 0;
  const clock = { wallMs: () => 1_000_000 + steadyMs + asked++ } as Clock;
  const times = new WallTimes(clock);
  expect(times.at(steadyMs)).toBe(1_000_005);
  steadyMs = 5.5;
  expect([times.at(5.25), times.at(steadyMs), times.at(5.25)]).toEqual([1_000_005.25, 1_000_005.5, 1_000_005.25]);
  steadyMs = 6;
  expect(times.at(steadyMs)).toBe(1_000_007);
  expect(asked).toBe(2);
});

test("a clock that is set anew is followed, forwards and back", () => {
  const clock = new ManualClock(1000);
  const times = new WallTimes(clock);
  for (const setByMs of [0, 3_600_000, -7_200_000]) {
    clock.jump(setByMs);
    clock.advance(1);
    expect(times.at(clock.steadyMs())).toBe(clock.wallMs());
  }
});
