import { expect, test } from "bun:test";
import { cpuMsOf, processUsage, residentBytesOf } from "./process-usage.ts";

test("CPU time is found behind a program name with spaces and brackets", () => {
  const fields = ["S", ...Array.from({ length: 10 }, () => "0"), "150", "50", "7", "3", "20"];
  const stat = `12 (a) b) ${fields.join(" ")}`;
  expect(cpuMsOf(stat)).toBe(2000);
  expect(cpuMsOf(stat, "with-children")).toBe(2100);
});

test("memory is what the process alone holds, where the system tells", () => {
  expect(residentBytesOf("Name:\tx\nVmRSS:\t  900 kB\nRssAnon:\t  100 kB\n")).toBe(102_400);
  expect(residentBytesOf("VmRSS:\t  900 kB\n")).toBe(921_600);
});

test("this process uses something, a process that is not there nothing", () => {
  expect(processUsage(process.pid)?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(processUsage(2 ** 30)).toBeNull();
});
