import { expect, test } from "bun:test";
import { DAY_MS } from "../judge.ts";
import { milestoneAt } from "./milestones.ts";

const days = (life: number, left: number) =>
  milestoneAt({ notBeforeMs: 0, notAfterMs: life * DAY_MS }, (life - left) * DAY_MS)?.days;

test("the last milestone that was reached counts, on its day", () => {
  const reached = [31, 30.01, 30, 14.01, 14, 3.01, 3, 0.01, 0, -100].map((left) => days(90, left));
  expect(reached).toEqual([undefined, undefined, 30, 30, 14, 14, 3, 3, 0, 0]);
});

test("nothing is told in the first half of a short life", () => {
  expect([days(47, 30), days(47, 14), days(6, 5), days(6, 3), days(2, 1), days(2, 0)]).toEqual([
    undefined,
    14,
    undefined,
    3,
    undefined,
    0,
  ]);
});
