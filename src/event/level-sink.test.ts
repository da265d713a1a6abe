import { expect, test } from "bun:test";
import { type Level, levels, type Occurrence } from "./event.ts";
import { fromLevel } from "./level-sink.ts";

test("what is graver than the level passes, and what is less does not", () => {
  const passed: Level[] = [];
  const sink = fromLevel("warning", { write: (it) => void passed.push(it.level) });
  for (const level of levels) sink.write({ level } as Occurrence);
  expect(passed).toEqual(["critical", "error", "warning"]);
});
