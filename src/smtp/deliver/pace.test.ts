import { expect, test } from "bun:test";
import { Pace } from "./pace.ts";

test("Without a rate nobody waits", () => {
  const pace = new Pace();
  for (let n = 0; n < 1000; n++) expect(pace.take(0)).toBe(0);
});

test("In any minute no more go than twice the rate, and in the long run no more than the rate", () => {
  const pace = new Pace();
  pace.follow({ count: 30, perMs: 60_000 }, 0);
  let nowMs = 0;
  let sent = 0;
  while (nowMs < 600_000) {
    const waitMs = pace.take(nowMs);
    if (waitMs === 0) sent++;
    else nowMs += waitMs;
  }
  expect(sent).toBe(30 + 299); // at once, then one each 2 s
});

test("The same rate again gives nothing back", () => {
  const pace = new Pace();
  pace.follow({ count: 1, perMs: 1000 }, 0);
  expect(pace.take(0)).toBe(0);
  pace.follow({ count: 1, perMs: 1000 }, 0);
  expect(pace.take(0)).toBe(1000);
});
