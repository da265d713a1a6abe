import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { FlushRounds, type Gathering } from "./flush-rounds.ts";

const logsOf = (count: number, flush: () => void): readonly Gathering[] =>
  Array.from({ length: count }, () => ({ flush }));

test("those who begin at about the same time are flushed together, and whoever has left is not", () => {
  const clock = new ManualClock();
  const rounds = new FlushRounds(clock);
  const flushed: number[] = [];
  const log = (name: number): Gathering => ({ flush: () => flushed.push(name) });
  const [one, two, three] = [log(1), log(2), log(3)] as const;
  const round = rounds.join(one);
  clock.advance(0.5);
  expect(rounds.join(two)).toBe(round);
  clock.advance(0.5);
  expect(rounds.join(three)).not.toBe(round);
  rounds.leave(two, round);
  clock.advance(199);
  expect(flushed).toEqual([1]);
  rounds.leave(one, round);
  expect(rounds.join(one)).not.toBe(round);
  clock.advance(1);
  expect(flushed).toEqual([1, 3]);
  clock.advance(199);
  expect(flushed).toEqual([1, 3, 1]);
});

test("a round that takes long is gone on with when others have had their turn", async () => {
  const clock = new ManualClock();
  const rounds = new FlushRounds(clock);
  let flushed = 0;
  for (const it of logsOf(10, () => {
    clock.advance(1);
    flushed++;
  }))
    rounds.join(it);
  clock.advance(200);
  expect(flushed).toBe(3);
  await new Promise(setImmediate);
  expect(flushed).toBe(6);
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  expect([flushed, rounds.isCrowded]).toEqual([10, false]);
});
