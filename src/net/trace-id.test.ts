import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock, seeded } from "../base/clock.ts";
import { readTrace, TRACE_LENGTH, TraceSource, timeOfTrace } from "./trace-id.ts";

const START_MS = Date.UTC(2026, 10, 27, 12, 0, 0);

test("an id is short, safe in any log, and says when it was made", () => {
  const id = new TraceSource(new ManualClock(START_MS), seeded(1)).next();
  expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
  expect(id).toHaveLength(TRACE_LENGTH);
  const { fromMs, untilMs } = timeOfTrace(id);
  expect(fromMs).toBeLessThanOrEqual(START_MS);
  expect(untilMs).toBeGreaterThan(START_MS);
  expect(untilMs - fromMs).toBe(125);
});

test("ids of one process never repeat, also when the clock goes back, and sort by their time", () => {
  const clock = new ManualClock(START_MS);
  const source = new TraceSource(clock, seeded(2));
  const first = source.next();
  clock.advance(1000);
  const later = source.next();
  expect(later > first).toBe(true);
  const seen = new Set([first, later]);
  for (let round = 0; round < 50; round++) {
    clock.jump(-1000);
    for (let each = 0; each < 100; each++) seen.add(source.next());
    clock.advance(20);
  }
  expect(seen.size).toBe(5002);
});

test("a count that comes to its end goes on with the next part, and says it", () => {
  const all = [0.5, 1 - 2 ** -25];
  const source = new TraceSource(new ManualClock(START_MS), () => all.shift() ?? 0);
  const ids = [source.next(), source.next()];
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]?.slice(7)).toBe("g00100000");
  expect(ids[1]?.slice(7)).toBe("g00100001");
});

test("two processes that start at the same moment do not meet", () => {
  const clock = new ManualClock(START_MS);
  const sources = Array.from({ length: 50 }, (_, seed) => new TraceSource(clock, seeded(seed)));
  const ids = sources.flatMap((it) => Array.from({ length: 100 }, () => it.next()));
  expect(new Set(ids).size).toBe(5000);
});

test("a beginning stands for the span in which its ids were made", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 * 1000 - 1 }), fc.integer({ min: 1, max: 16 }), (atMs, length) => {
      const id = new TraceSource({ wallMs: () => atMs }, seeded(atMs)).next();
      const { fromMs, untilMs } = timeOfTrace(id.slice(0, length));
      expect(fromMs <= atMs && atMs < untilMs).toBe(true);
    }),
  );
});

test("what is typed is taken in either case; what cannot be an id is not", () => {
  expect(readTrace(" 6A0B1C2 ")).toBe("6a0b1c2");
  for (const wrong of ["", "6a0b1c2d3e4f5g6h7", "6a0u", "il", "a b", "../x", "ä"])
    expect(readTrace(wrong)).toBeUndefined();
});

test("a clock that is out of its mind still gets an id", () => {
  for (const atMs of [-1, Number.MAX_SAFE_INTEGER])
    expect(new TraceSource({ wallMs: () => atMs }, seeded(3)).next()).toMatch(/^[0-9a-z]{16}$/);
});
