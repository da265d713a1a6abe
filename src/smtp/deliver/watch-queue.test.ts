import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { memorySpool } from "../../spool/memory-spool.ts";
import { names, put } from "../../spool/testing/rig.ts";
import { watchQueue } from "./watch-queue.ts";

test("how long the queue is and how old is told again and again, and that nothing is known at the end", async () => {
  const clock = new ManualClock(1_800_000_000_000);
  const spool = memorySpool({ clock, names: names() });
  await put(spool, { to: ["anna@example.org", "bert@example.net"] });
  const told: (readonly [number, number])[] = [];
  const tally = { attempted: () => {}, queued: (...it: readonly [number, number]) => told.push(it) };
  const stop = watchQueue(spool, clock, tally);
  await spool.backlog();
  clock.advance(10_000);
  await spool.backlog();
  stop();
  clock.advance(10_000);
  await spool.backlog();
  expect(told).toEqual([
    [2, 0],
    [2, 10],
    [0, 0],
  ]);
  await spool.close();
});
