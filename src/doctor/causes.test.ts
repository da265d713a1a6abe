// What stands under what: by marks, from the root down, and never in a circle.
import { expect, test } from "bun:test";
import { about } from "../base/fault.ts";
import type { Finding, Mark } from "../service/doctor-check.ts";
import { place } from "./causes.ts";

const found = (what: string, causes: readonly Mark[], comesOf: readonly Mark[], level: Finding["level"] = "error") => ({
  check: "test",
  finding: { level, subject: about("file", what), what, matters: "", remedy: "", article: null, causes, comesOf },
});
const shown = (rows: Parameters<typeof place>[0]) => place(rows).map((it) => [it.id, it.finding.what, it.causedBy]);

test("a consequence stands behind its cause, and a consequence of it behind that one", () => {
  const rows = [
    found("log", ["path:/logs"], []),
    found("disk", ["disk full"], []),
    found("folder", ["site:www/sites/a"], ["disk full"]),
    found("site", [], ["site:www/sites/a"]),
  ];
  expect(shown(rows)).toEqual([
    [1, "log", null],
    [2, "disk", null],
    [3, "folder", 2],
    [4, "site", 3],
  ]);
});

test("errors stand before warnings, whichever check found them first", () => {
  expect(shown([found("near", [], [], "warning"), found("broken", [], [])])).toEqual([
    [1, "broken", null],
    [2, "near", null],
  ]);
});

test("a path is the cause of what lies below it, and of no neighbour", () => {
  const rows = [
    found("folder", ["path:/a/b"], []),
    found("below", [], ["path:/a/b/c"]),
    found("itself", [], ["path:/a/b"]),
    found("neighbour", [], ["path:/a/bc"]),
  ];
  expect(place(rows).map((it) => it.causedBy)).toEqual([null, 1, 1, null]);
});

test("what comes of each other is no circle: the earlier one is the cause", () => {
  const rows = [found("first", ["keys"], ["spool"]), found("second", ["spool"], ["keys"])];
  expect(shown(rows)).toEqual([
    [1, "first", null],
    [2, "second", 1],
  ]);
});
