import { expect, test } from "bun:test";
import type { LineLimits } from "./line-dialogue.ts";
import { limitOf, type Standing } from "./line-limits.ts";

const limits: LineLimits = { idleMs: 600, sessionMs: null, blockMs: 60, blockBytesMin: 1, unreadMs: 300 };
const standing: Standing = {
  phase: "ready",
  inBlock: false,
  lastQuestion: false,
  unreadSinceMs: undefined,
  activeAtMs: 10_000,
  startedAtMs: 9000,
};
const limit = (parts: Partial<Standing>, sessionMs: number | null = null) => {
  const { atMs, by } = limitOf({ ...standing, ...parts }, { ...limits, sessionMs });
  return `${by} at ${atMs}`;
};

test("a peer is given so long for what it is to do, and none of the time that we take", () => {
  expect(limit({})).toBe("idle at 10600");
  expect(limit({ inBlock: true })).toBe("slow at 10060");
  expect(limit({ lastQuestion: true })).toBe("stopping at 12000");
  for (const phase of ["waiting", "sending", "securing"] as const)
    expect(limit({ phase, inBlock: true })).toBe("cut at Infinity");
});

test("a peer that does not read is cut, whatever else it is at", () => {
  for (const phase of ["ready", "waiting", "sending", "leaving"] as const)
    expect(limit({ phase, unreadSinceMs: 10_050 })).toBe("cut at 10350");
  expect(limit({ phase: "leaving" })).toBe("cut at 15000");
});

test("the whole session ends at its limit, in words where words can be said", () => {
  expect(limit({}, 1400)).toBe("overtime at 10400");
  expect(limit({}, 2000)).toBe("idle at 10600");
  expect(limit({ phase: "waiting" }, 2000)).toBe("overtime at 11000");
  expect(limit({ phase: "sending" }, 2000)).toBe("cut at 11000");
  expect(limit({ phase: "ready", unreadSinceMs: 10_900 }, 2000)).toBe("cut at 11000");
  expect(limit({ phase: "leaving" }, 1001)).toBe("cut at 15000");
});
