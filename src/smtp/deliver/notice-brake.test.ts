import { expect, test } from "bun:test";
import { NoticeBrake } from "./notice-brake.ts";

test("One sender gets sixty notices in a minute, and it is told once that there were more", () => {
  const brake = new NoticeBrake();
  const answers = Array.from({ length: 65 }, () => brake.take("Loop@plant.example", 0));
  expect(answers.filter((it) => it === "allowed")).toHaveLength(60);
  expect(answers.filter((it) => it === "first-refused")).toHaveLength(1);
  expect(brake.take("other@plant.example", 0)).toBe("allowed");
  expect(brake.take("loop@plant.example", 59_999)).toBe("refused");
  expect(brake.take("loop@plant.example", 60_000)).toBe("allowed");
});

test("All senders together get six hundred", () => {
  const brake = new NoticeBrake();
  const answers = Array.from({ length: 700 }, (_, n) => brake.take(`u${n}@plant.example`, 0));
  expect(answers.filter((it) => it === "allowed")).toHaveLength(600);
  expect(answers.filter((it) => it === "first-refused")).toHaveLength(1);
});
