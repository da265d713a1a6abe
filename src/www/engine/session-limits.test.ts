import { expect, test } from "bun:test";
import { lateAt, progressBytes, type Standing } from "./session-limits.ts";

const limits = { idleMs: 60_000, headMs: 10_000, bytesPerSecondMin: 100, sessionMs: null };
const standing: Standing = { awaits: "request", sinceMs: 1000, startedAtMs: 0, unreadBytes: 0, lastRequest: false };

test("each thing that is waited for has its time, and our own work has none", () => {
  const at = (awaits: Standing["awaits"], more: Partial<Standing> = {}) =>
    lateAt({ ...standing, awaits, ...more }, limits);
  expect(at("request")).toBe(61_000);
  expect(at("request", { lastRequest: true })).toBe(3000);
  expect(at("head")).toBe(11_000);
  expect(at("body")).toBe(61_000);
  expect(at("peer")).toBe(61_000);
  expect(at("peer", { unreadBytes: 100_000 })).toBe(1_001_000);
  expect(at("end")).toBe(6000);
  expect(at("end", { unreadBytes: 100_000 })).toBe(1_001_000);
  expect(at("answer")).toBe(Number.POSITIVE_INFINITY);
  expect(progressBytes(limits)).toBe(6000);
});

test("the whole of a connection has its time too, until it has ended for us", () => {
  const bounded = { ...limits, sessionMs: 4000 };
  expect(lateAt(standing, bounded)).toBe(4000);
  expect(lateAt({ ...standing, awaits: "answer" }, bounded)).toBe(4000);
  expect(lateAt({ ...standing, awaits: "end" }, bounded)).toBe(6000);
});
