import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { bad, good } from "../base/result.ts";
import { trouble } from "../spool/trouble.ts";
import { HistoryKeeper } from "./history-keeper.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const START_MS = 100 * DAY_MS;

function rig() {
  const clock = new ManualClock(START_MS);
  const asked: string[] = [];
  let steps = 0;
  let fails = false;
  const answer = (what: string, more: boolean) => {
    asked.push(`${what} at ${clock.steadyMs() - START_MS}`);
    return fails ? bad(trouble("full", "the disk is full")) : good(more);
  };
  const keeper = new HistoryKeeper(
    {
      purge: async (beforeMs) => answer(`purge ${(START_MS - beforeMs) / DAY_MS}`, steps-- > 0),
      shrink: async () => answer("shrink", steps-- > 0),
    },
    clock,
  );
  const after = async (byMs: number, found = 0, isFailing = false) => {
    [steps, fails] = [found, isFailing];
    clock.advance(byMs);
    await new Promise((resolve) => setImmediate(resolve));
    return asked.splice(0);
  };
  return { keeper, after };
}

test("nothing is forgotten before it is known how long it is to be kept, and then at once", async () => {
  const { keeper, after } = rig();
  expect(await after(HOUR_MS)).toEqual([]);
  keeper.follow(30 * DAY_MS + HOUR_MS);
  expect(await after(0)).toEqual(["purge 30 at 3600000", "shrink at 3600000"]);
});

test("what is more than a step goes on after a pause, all else after an hour", async () => {
  const { keeper, after } = rig();
  keeper.follow(2 * DAY_MS);
  expect(await after(0, 1)).toEqual(["purge 2 at 0"]);
  expect(await after(99)).toEqual([]);
  expect(await after(1)).toEqual([expect.stringContaining("purge"), "shrink at 100"]);
  expect(await after(HOUR_MS - 1)).toEqual([]);
  expect(await after(1, 0, true)).toHaveLength(1);
  expect(await after(HOUR_MS)).toHaveLength(2);
});

test("another age counts at once also while a step is under way for the one before", async () => {
  const { keeper, after } = rig();
  keeper.follow(2 * DAY_MS);
  const first = after(0);
  keeper.follow(DAY_MS);
  expect(await first).toEqual(["purge 2 at 0", "shrink at 0"]);
  expect(await after(0)).toEqual(["purge 1 at 0", "shrink at 0"]);
  expect(await after(HOUR_MS)).toHaveLength(2);
});

test("another age counts at once, and after the end nothing does", async () => {
  const { keeper, after } = rig();
  keeper.follow(2 * DAY_MS);
  expect(await after(0)).toHaveLength(2);
  keeper.follow(DAY_MS);
  expect(await after(0)).toEqual(["purge 1 at 0", "shrink at 0"]);
  keeper.close();
  expect(await after(10 * HOUR_MS)).toEqual([]);
});
