import { expect, test } from "bun:test";
import fc from "fast-check";
import { isLogName, kindOfLog, logKinds, sizedName, spanOfLog, timedFile, youngestSized } from "./log-name.ts";

const at = (text: string): number => Date.parse(`${text}Z`);
const name = (period: "hour" | "day" | "week" | "month", text: string): string =>
  timedFile("w3c", period, at(text)).name;

test("files are named as IIS named them, in UTC", () => {
  expect(name("hour", "2026-11-27T23:59:59.999")).toBe("u_ex26112723.log");
  expect(name("day", "2026-11-27T23:59:59.999")).toBe("u_ex261127.log");
  expect(name("month", "2026-11-27T00:00")).toBe("u_ex2611.log");
  expect(timedFile("ncsa", "day", at("2026-01-02T00:00")).name).toBe("nc260102.log");
  expect([sizedName("w3c", 1), sizedName("ncsa", 12)]).toEqual(["u_extend1.log", "ncsa12.log"]);
});

test("weeks are those of the month, from Sunday on", () => {
  // 1 November 2026 is a Sunday, 1 January 2027 a Friday.
  const weeks = { "2026-11-01": "01", "2026-11-07": "01", "2026-11-08": "02", "2026-11-30": "05" };
  for (const [day, week] of Object.entries(weeks)) expect(name("week", `${day}T12:00`)).toBe(`u_ex2611${week}.log`);
  const short = { "2027-01-01": "01", "2027-01-02": "01", "2027-01-03": "02", "2027-01-31": "06" };
  for (const [day, week] of Object.entries(short)) expect(name("week", `${day}T12:00`)).toBe(`u_ex2701${week}.log`);
});

const moment = fc.integer({ min: at("2000-01-01T00:00"), max: at("2099-12-31T00:00") });

test("every moment lies in the span of its file, and the name tells it back", () => {
  fc.assert(
    fc.property(
      moment,
      fc.constantFrom("hour", "day", "week", "month"),
      fc.constantFrom(...logKinds),
      (ms, period, kind) => {
        const file = timedFile(kind, period, ms);
        expect(file.fromMs <= ms && ms < file.untilMs).toBe(true);
        expect(timedFile(kind, period, file.fromMs)).toEqual(file);
        expect(timedFile(kind, period, file.untilMs - 1)).toEqual(file);
        expect(timedFile(kind, period, file.untilMs).name).not.toBe(file.name);
        expect(kindOfLog(file.name)).toBe(kind);
        const span = spanOfLog(file.name);
        expect(span !== undefined && span.fromMs <= file.fromMs && span.untilMs >= file.untilMs).toBe(true);
      },
    ),
  );
});

test("the youngest file by size is the one with the highest number", () => {
  expect(youngestSized("w3c", ["u_extend2.log", "u_extend10.log", "ncsa99.log", "u_extend011.log", "x"])).toBe(10);
  expect(youngestSized("ncsa", ["u_extend2.log"])).toBe(0);
});

test("nothing but our own names is ours", () => {
  const foreign = [
    "u_ex.log",
    "u_ex261327.log",
    "u_ex261131.log",
    "u_ex26112724.log",
    "u_ex261127.log.gz",
    "ex261127.log",
  ];
  for (const it of [
    ...foreign,
    ".u_ex261127.log",
    "events.jsonl",
    "u_extend0.log",
    "ncsa.log",
    "",
    "../u_ex261127.log",
  ])
    expect([it, isLogName(it)]).toEqual([it, false]);
  for (const it of ["u_ex2611.log", "u_ex261130.log", "nc26112700.log", "u_extend1.log"])
    expect(isLogName(it)).toBe(true);
  fc.assert(fc.property(fc.string(), (text) => void spanOfLog(text)));
});
