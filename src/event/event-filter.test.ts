import { expect, test } from "bun:test";
import { type EventFilter, matches, readFilter, readSince } from "./event-filter.ts";
import { occurrence } from "./testing/occurrence.ts";

const nowMs = new Date(2026, 10, 21, 12, 0, 0).getTime();

test("a span counts back from now", () => {
  expect(readSince("90s", nowMs)).toEqual({ ok: true, value: nowMs - 90_000 });
  expect(readSince("10m", nowMs)).toEqual({ ok: true, value: nowMs - 600_000 });
  expect(readSince("2h", nowMs)).toEqual({ ok: true, value: nowMs - 7_200_000 });
  expect(readSince("1d", nowMs)).toEqual({ ok: true, value: nowMs - 86_400_000 });
  expect(readSince("1w", nowMs)).toEqual({ ok: true, value: nowMs - 604_800_000 });
});

test("a date is the local day or minute", () => {
  expect(readSince("2026-11-21", nowMs)).toEqual({ ok: true, value: new Date(2026, 10, 21).getTime() });
  expect(readSince("2026-11-21T10:00", nowMs)).toEqual({ ok: true, value: new Date(2026, 10, 21, 10).getTime() });
  expect(readSince("2026-11-21 10:00:05", nowMs)).toEqual({
    ok: true,
    value: new Date(2026, 10, 21, 10, 0, 5).getTime(),
  });
});

test("what is no time is refused", () => {
  for (const word of ["", "10", "m", "-1h", "1y", "2026-02-30", "2026-13-01", "2026-11-21T24:00", "2026-1-1", "now"])
    expect(readSince(word, nowMs).ok).toBe(false);
});

test("all wrong words are told at once, with a way out", () => {
  const result = readFilter({ since: "yesterday", level: "eror", number: "x", service: "smtp" }, nowMs);
  if (result.ok) throw new Error("accepted");
  expect(result.error.map((it) => it.attempted)).toEqual([
    'Cannot select events by --since "yesterday"',
    'Cannot select events by --level "eror"',
    'Cannot select events by --number "x"',
  ]);
  expect(result.error[1]?.remedy).toContain('(did you mean "error"?)');
});

test("words that are not given select everything", () => {
  expect(readFilter({}, nowMs)).toEqual({ ok: true, value: {} });
  expect(matches({}, occurrence())).toBe(true);
});

test("a level takes in all that is worse; the others must fit", () => {
  const select = (filter: EventFilter) =>
    matches(filter, occurrence({ level: "warning", number: 5, service: "smtp", atMs: 100 }));
  expect(select({ level: "warning" })).toBe(true);
  expect(select({ level: "info" })).toBe(true);
  expect(select({ level: "error" })).toBe(false);
  expect(select({ number: 5, service: "smtp", sinceMs: 100 })).toBe(true);
  expect(select({ number: 6 })).toBe(false);
  expect(select({ service: "ftp" })).toBe(false);
  expect(select({ sinceMs: 101 })).toBe(false);
});
