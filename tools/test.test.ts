import { expect, test } from "bun:test";
import { closingLine, countsIn } from "./test.ts";

test("the counts are those at the end, coloured or not, with todo among the skipped", () => {
  const tail =
    "\n 9 pass\n said by a test\n\x1b[32m 12 pass\x1b[0m\n 1 skip\n 2 todo\n\x1b[31m 3 fail\x1b[0m\n 40 expect() calls\n";
  expect(countsIn(tail, false)).toEqual({ passed: 12, failed: 3, skipped: 3 });
});

test("a run that ended badly, or ran no test, is a failure whatever it counted", () => {
  expect(countsIn(" 5 pass\n 0 fail\n", false).failed).toBe(1);
  expect(countsIn("", true).failed).toBe(1);
  expect(countsIn(" 5 pass\n 0 fail\n", true).failed).toBe(0);
});

test("the closing line names the skipped only when there are some", () => {
  expect(closingLine({ passed: 2, failed: 0, skipped: 0 })).toBe("2 passed, 0 failed");
  expect(closingLine({ passed: 2, failed: 1, skipped: 3 })).toBe("2 passed, 1 failed, 3 skipped");
});
