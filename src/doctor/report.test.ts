import { expect, test } from "bun:test";
import { about, fault } from "../base/fault.ts";
import { mixtureReport } from "../release/check/mixture-report.ts";
import { examined } from "./report.ts";

test("a program that cannot be put together answers in the shape of the doctor", () => {
  const mixed = fault(about("file", "/x/src/a.ts"), "Cannot start from src/a.ts", "it is missing", "Bring it back");
  const finding = { level: "error", subject: mixed.subject, what: "", matters: "", remedy: "", article: null } as const;
  const { report } = examined([{ check: "release", tookMs: 0, skipped: null, findings: [finding] }], [], 0);
  const said = mixtureReport(mixed);
  expect(Object.keys(said)).toEqual(Object.keys(report));
  expect(Object.keys(said.findings[0] ?? {})).toEqual(Object.keys(report.findings[0] ?? {}));
  expect(said.findings[0]).toMatchObject({ subject: { kind: "file", name: "/x/src/a.ts" }, remedy: "Bring it back" });
});
