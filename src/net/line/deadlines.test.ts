import { expect, test } from "bun:test";
import { type Clock, ManualClock } from "../../base/clock.ts";
import { Deadlines, TICK_MS } from "./deadlines.ts";

test("all that is watched is looked at every tick, and nothing once it is not", () => {
  const clock = new ManualClock();
  const deadlines = Deadlines.of(clock);
  const seen: string[] = [];
  const watched = (name: string) => ({ quietUntilMs: 0, check: (nowMs: number) => void seen.push(`${name} ${nowMs}`) });
  const [first, second] = [watched("first"), watched("second")];
  deadlines.add(first);
  clock.advance(TICK_MS);
  deadlines.add(second);
  clock.advance(TICK_MS);
  deadlines.remove(first);
  clock.advance(TICK_MS);
  deadlines.remove(second);
  clock.advance(10 * TICK_MS);
  expect(seen).toEqual([`first ${TICK_MS}`, `first ${2 * TICK_MS}`, `second ${2 * TICK_MS}`, `second ${3 * TICK_MS}`]);
});

test("it begins again for whoever comes after the last has gone, and one that goes spares the others", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  let checks = 0;
  const stays = { quietUntilMs: 0, check: () => void checks++ };
  const goes = { quietUntilMs: 0, check: () => deadlines.remove(goes) };
  for (let round = 0; round < 2; round++) {
    deadlines.add(goes);
    deadlines.add(stays);
    clock.advance(TICK_MS);
    deadlines.remove(stays);
    clock.advance(5 * TICK_MS);
  }
  expect(checks).toBe(2);
});

test("what is quiet is passed by until it is not", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const seen: number[] = [];
  const watched = {
    quietUntilMs: 2 * TICK_MS,
    check(nowMs: number) {
      seen.push(nowMs);
      watched.quietUntilMs = nowMs + 1.5 * TICK_MS;
    },
  };
  deadlines.add(watched);
  clock.advance(5 * TICK_MS);
  expect(seen).toEqual([2 * TICK_MS, 4 * TICK_MS]);
});

test("while nobody is watched nothing waits for the clock", () => {
  const clock = new ManualClock();
  let armed = 0;
  const counting: Clock = {
    wallMs: () => clock.wallMs(),
    steadyMs: () => clock.steadyMs(),
    after(delayMs, call) {
      armed++;
      return clock.after(delayMs, call);
    },
  };
  const deadlines = new Deadlines(counting);
  const watched = { quietUntilMs: 0, check: () => {} };
  deadlines.add(watched);
  deadlines.remove(watched);
  clock.advance(10 * TICK_MS);
  expect(armed).toBe(1);
});

test("a clock has one sweep, whoever asks for it", () => {
  const clock = new ManualClock();
  expect(Deadlines.of(clock)).toBe(Deadlines.of(clock));
  expect(Deadlines.of(new ManualClock())).not.toBe(Deadlines.of(clock));
});
