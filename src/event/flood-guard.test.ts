import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import type { Occurrence } from "./event.ts";
import { FloodGuard } from "./flood-guard.ts";
import { occurrence, occurrences } from "./testing/occurrence.ts";

function guarded(limits = { sameInMinuteMax: 3, causesMax: 100 }) {
  const clock = new ManualClock();
  const seen: Occurrence[] = [];
  return { clock, seen, guard: new FloodGuard(clock, (it) => seen.push(it), limits) };
}

test("the same event about the same object is counted after the first few, and told when its minute ends", () => {
  const { clock, seen, guard } = guarded();
  for (let index = 0; index < 10; index++) guard.write(occurrence({ sentence: `Login ${index} failed.` }));
  expect(seen).toHaveLength(3);
  clock.advance(59_999);
  expect(seen).toHaveLength(3);
  clock.advance(1);
  expect(seen).toHaveLength(4);
  expect(seen[3]?.sentence).toBe("Login 9 failed. (and 6 more like this in the last minute)");
  expect(seen[3]?.parameters.repeated).toBe(7);
  clock.advance(1_000_000);
  expect(seen).toHaveLength(4);
});

test("after its minute an event is written one by one again", () => {
  const { clock, seen, guard } = guarded();
  for (let index = 0; index < 5; index++) guard.write(occurrence());
  clock.advance(60_000);
  for (let index = 0; index < 3; index++) guard.write(occurrence());
  expect(seen).toHaveLength(3 + 1 + 3);
});

test("a single one that was held back is written as it is", () => {
  const { clock, seen, guard } = guarded();
  for (let index = 0; index < 4; index++) guard.write(occurrence({ sentence: `${index}` }));
  clock.advance(60_000);
  expect(seen.map((it) => it.sentence)).toEqual(["0", "1", "2", "3"]);
});

test("other objects, kinds and numbers pass", () => {
  const { seen, guard } = guarded({ sameInMinuteMax: 1, causesMax: 100 });
  guard.write(occurrence());
  guard.write(occurrence({ number: 2 }));
  guard.write(occurrence({ object: { kind: "service", name: "smtp/sites/default" } }));
  guard.write(occurrence({ object: { kind: "site", name: "other" } }));
  expect(seen).toHaveLength(4);
});

test("it remembers a bounded number of causes and tells of the oldest early", () => {
  const { clock, seen, guard } = guarded({ sameInMinuteMax: 1, causesMax: 10 });
  guard.write(occurrence());
  guard.write(occurrence());
  guard.write(occurrence());
  clock.advance(5000);
  for (const it of occurrences(10)) guard.write(it);
  expect(seen).toHaveLength(1 + 1 + 10);
  expect(seen.find((it) => it.parameters.repeated === 2)?.sentence).toEndWith("(and 1 more like this in the last 5 s)");
});

test("closing tells everything that is held back, and leaves no timer", () => {
  const { clock, seen, guard } = guarded();
  for (let index = 0; index < 10; index++) guard.write(occurrence());
  guard.close();
  expect(seen.at(-1)?.parameters.repeated).toBe(7);
  clock.advance(100_000);
  expect(seen).toHaveLength(4);
});

test("every event is written or counted, whatever comes when", () => {
  const { clock, seen, guard } = guarded({ sameInMinuteMax: 2, causesMax: 3 });
  for (let index = 0; index < 5000; index++) {
    guard.write(occurrence({ number: (index * index) % 7 }));
    clock.advance((index * 37) % 400);
  }
  guard.close();
  const total = seen.reduce((sum, it) => sum + Number(it.parameters.repeated ?? 1), 0);
  expect(total).toBe(5000);
});
