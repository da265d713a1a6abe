import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ncsaFormat } from "./format.ts";
import type { LogWriter } from "./log-writer.ts";
import { type AccessRecord, accessRecord, emptied, takeRecord } from "./record.ts";
import { SharedLimits } from "./shared-limits.ts";
import { DAY, directive, formatFor, LogRig, START_MS } from "./testing/log-rig.ts";

test("nothing is written while requests are answered; after 200 ms the lines are in the file, below one header", async () => {
  using rig = new LogRig();
  const log = rig.writer();
  log.write(rig.record("a"));
  log.write(rig.record("b"));
  expect(rig.disk.calls).toBe(0);
  rig.clock.advance(199);
  expect(rig.disk.calls).toBe(0);
  rig.clock.advance(1);
  await log.flush();
  expect(rig.names).toEqual([DAY]);
  expect(rig.text()).toBe(
    `#Software: test\n#Version: 1.0\n#Date: 2026-11-27 23:59:00\n${directive}\n` +
      "2026-11-27 23:59:00 GET / a\n2026-11-27 23:59:00 GET / b\n",
  );
  log.write(rig.record("c"));
  rig.clock.advance(200);
  await log.flush();
  expect([rig.traces(), rig.headers()]).toEqual([["a", "b", "c"], 1]);
  expect(rig.told()).toEqual([]);
});

test("where many logs have lines each gathers more of them, and still within a second", async () => {
  using rig = new LogRig();
  const logs = Array.from({ length: 100 }, () => rig.writer());
  for (const log of logs) log.write(rig.record("a"));
  expect(rig.rounds.isCrowded).toBe(true);
  rig.clock.advance(20);
  const late = rig.writer();
  late.write(rig.record("b"));
  rig.clock.advance(180);
  for (const log of logs) await log.flush();
  expect([rig.rounds.isCrowded, rig.traces().length]).toEqual([false, 100]);
  const before = rig.disk.calls;
  rig.clock.advance(519);
  expect(rig.disk.calls).toBe(before);
  rig.clock.advance(1);
  await late.flush();
  expect(rig.traces()).toHaveLength(101);
  for (const log of logs) log.write(rig.record("c"));
  expect(rig.rounds.isCrowded).toBe(true);
  for (const log of logs) await log.close();
  expect([rig.rounds.isCrowded, rig.traces().length]).toEqual([false, 201]);
});

test("a record is empty again once it is a line, and nothing of one line is in another", async () => {
  using rig = new LogRig();
  const log = rig.writer();
  const first = Object.assign(takeRecord(), rig.record("a", { uriStem: "/secret", userName: "ada", subStatus: 7 }));
  log.write(first);
  await log.flush();
  const second = takeRecord();
  expect(second).toBe(first);
  expect(second).toEqual(accessRecord());
  expect(takeRecord()).not.toBe(second);
});

test("every slot is emptied", () => {
  const full = Object.fromEntries(Object.keys(accessRecord()).map((slot) => [slot, "x"]));
  expect(emptied(full as unknown as AccessRecord)).toEqual(accessRecord());
});

test("what comes while many lines are written is not forgotten", async () => {
  using rig = new LogRig();
  const log = rig.writer();
  const long = { uriStem: `/${"x".repeat(1000)}` };
  for (let each = 0; each < 70; each++) log.write(rig.record(`t${each}`, long));
  const first = log.flush();
  log.write(rig.record("late"));
  await first;
  expect(rig.traces().length).toBeGreaterThanOrEqual(64);
  rig.clock.advance(200);
  await log.flush();
  expect(rig.traces()).toEqual([...Array.from({ length: 70 }, (_, each) => `t${each}`), "late"]);
});

test("the end waits for the last line", async () => {
  using rig = new LogRig();
  const log = rig.writer();
  log.write(rig.record("a"));
  await log.close();
  expect(rig.traces()).toEqual(["a"]);
  log.write(rig.record("b"));
  await log.close();
  expect(rig.traces()).toEqual(["a"]);
  expect(rig.limits.waitingBytes).toBe(0);
});

test("a line lies in the file of its own day, whichever way the clock jumps, and nothing is overwritten", async () => {
  using rig = new LogRig();
  const log = rig.writer();
  log.write(rig.record("before"));
  rig.clock.jump(120_000);
  log.write(rig.record("after"));
  rig.clock.jump(-120_000);
  log.write(rig.record("again"));
  rig.clock.jump(400 * 86_400_000);
  log.write(rig.record("far"));
  rig.clock.jump(-800 * 86_400_000);
  log.write(rig.record("past"));
  await log.close();
  expect(rig.names).toEqual(["u_ex251023.log", DAY, "u_ex261128.log", "u_ex280101.log"]);
  expect(rig.traces()).toEqual(["before", "again"]);
  expect(rig.traces("u_ex261128.log")).toEqual(["after"]);
  const next = rig.writer();
  next.write(rig.record("later", { atMs: START_MS }));
  await next.close();
  expect([rig.traces(), rig.headers()]).toEqual([["before", "again", "later"], 1]);
});

test("a changed list of fields gets its header, and lines from before keep theirs", async () => {
  using rig = new LogRig();
  const log = rig.writer();
  log.write(rig.record("a"));
  const { format } = rig.plan;
  const other = { ...format, directive: "#Fields: x\n", header: () => "#Fields: x\n" };
  log.follow({ ...rig.plan, format: other });
  log.write(rig.record("b"));
  await log.close();
  const lines = rig.text().split("\n").slice(3);
  expect(lines).toEqual([directive, expect.stringContaining(" a"), "#Fields: x", expect.stringContaining(" b"), ""]);
});

test("turned off, nothing is written any more", async () => {
  using rig = new LogRig();
  const log = rig.writer();
  log.write(rig.record("a"));
  log.follow(undefined);
  expect(log.wants.size).toBe(0);
  for (const trace of ["b", "c"]) log.write(rig.record(trace));
  log.follow(rig.plan);
  log.write(rig.record("d"));
  await log.close();
  log.write(rig.record("e"));
  await log.flush();
  expect(rig.traces()).toEqual(["a", "d"]);
});

test("a file that is full is followed by the next, also when another worker filled it", async () => {
  using rig = new LogRig({ period: "size", fileBytesMax: 500 });
  const [one, two] = [rig.writer(), rig.writer()];
  for (let each = 0; each < 6; each++) {
    for (const log of [one, two]) {
      log.write(rig.record(`${each}`, { uriStem: `/${"x".repeat(200)}` }));
      await log.flush();
    }
  }
  const names = rig.names;
  expect(names[0]).toBe("u_extend1.log");
  expect(names.length).toBeGreaterThan(3);
  expect(names.flatMap((it) => rig.traces(it))).toHaveLength(12);
  for (const name of names) expect([name, rig.headers(name)]).toEqual([name, 1]);
  const again = rig.writer();
  again.write(rig.record("again"));
  await again.close();
  expect(rig.names.flatMap((it) => rig.traces(it)).filter((it) => it === "again")).toHaveLength(1);
  expect(rig.headers("u_extend1.log")).toBe(1);
});

describe.each([false, true])("others at the file, on a disk that is quick: %p", (quick) => {
  test("one that was moved, removed or emptied by them is begun anew, with its header", async () => {
    using rig = new LogRig({}, { quick });
    const log = rig.writer();
    const say = async (trace: string) => {
      log.write(rig.record(trace));
      await log.flush();
    };
    await say("a");
    renameSync(join(rig.folder, DAY), join(rig.folder, `${DAY}.1`));
    await say("b");
    expect([rig.traces(), rig.headers(), rig.traces(`${DAY}.1`)]).toEqual([["b"], 1, ["a"]]);
    truncateSync(join(rig.folder, DAY)); // what logrotate calls copytruncate
    await say("c");
    expect([rig.traces(), rig.headers()]).toEqual([["c"], 1]);
    rmSync(rig.folder, { recursive: true });
    await say("d");
    expect([rig.traces(), rig.headers()]).toEqual([["d"], 1]);
    expect(rig.told()).toEqual([]);
  });

  test("a header is not repeated while it is near, and comes again behind lines of another format", async () => {
    using rig = new LogRig({}, { quick });
    const write = async (trace: string) => {
      const log = rig.writer();
      log.write(rig.record(trace));
      await log.close();
    };
    await write("a");
    await write("b");
    expect(rig.headers()).toBe(1);
    appendFileSync(join(rig.folder, DAY), "#Fields: time\n");
    await write("c");
    expect(rig.headers()).toBe(2);
    appendFileSync(join(rig.folder, DAY), `${"x".repeat(300_000)}\n`);
    await write("d");
    expect(rig.headers()).toBe(3);
  });

  test("a worker whose fields are others puts its lines under a header of their own, and so do those that it comes between", async () => {
    using rig = new LogRig({}, { quick });
    const header = "#Fields: x\n";
    const [old, early] = [rig.writer(), rig.writer()];
    early.follow({ ...rig.plan, format: { ...rig.plan.format, directive: header, header: () => header } });
    const say = async (log: LogWriter, trace: string) => {
      log.write(rig.record(trace));
      await log.flush();
    };
    for (const trace of ["a", "b"]) await say(old, trace);
    for (const trace of ["c", "d"]) await say(early, trace);
    for (const trace of ["e", "f"]) await say(old, trace);
    for (const trace of ["g", "h"]) await say(early, trace);
    const seen = rig
      .text()
      .split("\n")
      .filter((it) => it !== "" && !/^#[SVD]/.test(it));
    const told = seen.map((it) => (it === directive ? "usual" : it.startsWith("#") ? "other" : it.split(" ").at(-1)));
    expect(told).toEqual(["usual", "a", "b", "other", "c", "d", "usual", "e", "f", "other", "g", "h"]);
  });

  test("a line that somebody left unfinished is ended first", async () => {
    using rig = new LogRig({}, { quick });
    mkdirSync(rig.folder, { recursive: true });
    writeFileSync(join(rig.folder, DAY), "2026-11-27 23:5");
    const log = rig.writer();
    log.write(rig.record("a"));
    await log.close();
    expect(rig.text()).toStartWith("2026-11-27 23:5\n#Software");
    expect(rig.traces()).toEqual(["?", "a"]);
  });
});

describe.each([false, true])("a disk that fails, and is quick: %p", (quick) => {
  test("every call may fail: each line is there in the end, whole and once, and the trouble is told at both ends", async () => {
    for (const tornBytes of [0, 1, 30, 100]) {
      for (let failOn = 1; ; failOn++) {
        using rig = new LogRig({}, { quick });
        Object.assign(rig.disk, { failOn, tornBytes });
        const log = rig.writer();
        for (const trace of ["a", "b", "c"]) log.write(rig.record(trace));
        await log.flush();
        const failed = rig.disk.calls >= failOn;
        rig.disk.failOn = 0;
        rig.clock.advance(1000);
        await log.flush();
        log.write(rig.record("d"));
        await log.close();
        expect([tornBytes, failOn, rig.traces()]).toEqual([tornBytes, failOn, ["a", "b", "c", "d"]]);
        expect(rig.names).toEqual([DAY]);
        const told = rig.told().join();
        // What fails at once is tried in the other way, and only that may have to be told.
        expect(failed ? ["4110,4113", ...(quick ? [""] : [])] : [""]).toContain(told);
        expect(rig.limits.waitingBytes).toBe(0);
        if (!failed) break;
      }
    }
  });

  test("beyond the bound lines are lost, counted, and told when it is over", async () => {
    using rig = new LogRig({}, { limits: new SharedLimits(8 * 1000), quick });
    const log = rig.writer();
    rig.disk.broken = "ENOSPC";
    log.write(rig.record("first"));
    await log.flush();
    expect(rig.told()).toEqual([4110]);
    for (let each = 0; each < 100; each++) log.write(rig.record(`t${each}`));
    for (let second = 0; second < 5; second++) {
      rig.clock.advance(1000);
      await log.flush();
    }
    expect(rig.told()).toEqual([]);
    rig.disk.broken = undefined;
    rig.clock.advance(1000);
    await log.flush();
    const written = rig.traces().length;
    expect(written).toBeLessThan(101);
    expect(rig.events[0]?.parameters).toEqual({ lines: 101 - written, seconds: 6 });
    expect(rig.lost).toBe(101 - written);
    expect(rig.told()).toEqual([4114]);
    log.write(rig.record("after"));
    await log.close();
    expect(rig.traces().at(-1)).toBe("after");
  });

  test("what can be seen before the first line is told then, and once", async () => {
    using rig = new LogRig({}, { quick });
    const log = rig.writer();
    log.cannot("/logs/W3SVC1", Object.assign(new Error("EPERM"), { code: "EPERM" }));
    expect(rig.events.map((it) => [it.number, it.object.name])).toEqual([[4111, "/logs/W3SVC1"]]);
    rig.disk.broken = "EPERM";
    log.write(rig.record("a"));
    await log.flush();
    expect(rig.told()).toEqual([4111]);
    rig.disk.broken = undefined;
    await log.close();
    expect(rig.told()).toEqual([4113]);
  });

  test("it is tried again each second, and not for every line", async () => {
    using rig = new LogRig({}, { quick });
    const log = rig.writer();
    rig.disk.broken = "EACCES";
    log.write(rig.record("a"));
    await log.flush();
    const { calls } = rig.disk;
    for (let each = 0; each < 1000; each++) log.write(rig.record("b"));
    rig.clock.advance(999);
    await log.flush();
    expect(rig.disk.calls).toBe(calls);
    rig.clock.advance(1);
    await log.flush();
    expect(rig.disk.calls).toBeGreaterThan(calls);
    expect(rig.told()).toEqual([4111]);
  });

  test("lines that wait for a place that refuses go where the settings say now, or do not hold others up", async () => {
    using rig = new LogRig({}, { quick });
    const log = rig.writer();
    rig.disk.broken = "EACCES";
    log.write(rig.record("a"));
    await log.flush();
    rig.disk.broken = undefined;
    writeFileSync(join(rig.root, "logs"), ""); // a file where the folder should be
    const folder = join(rig.root, "other", "W3SVC-default");
    const text = (name: string) => readFileSync(join(folder, name), "utf8");
    log.follow({ ...rig.plan, folder });
    await log.flush();
    expect(text(DAY)).toEndWith(" a\n");
    expect(rig.told()).toEqual([4111, 4113]);

    log.follow(rig.plan);
    log.write(rig.record("before-anybody-has-tried"));
    log.follow({ ...rig.plan, folder });
    await log.flush();
    expect(text(DAY)).toEndWith(" before-anybody-has-tried\n");
    expect(rig.told()).toEqual([4111, 4113]);

    log.follow(rig.plan);
    log.write(rig.record("b"));
    await log.flush();
    log.follow({ ...rig.plan, kind: "ncsa", format: ncsaFormat, folder });
    log.write(rig.record("c"));
    await log.close();
    expect(text("nc261127.log")).toContain(" c ");
    expect(rig.events.at(-1)?.parameters).toMatchObject({ lines: 1 });
    expect(rig.told()).toEqual([4111, 4114]);
    expect(rig.limits.waitingBytes).toBe(0);
  });

  test("an end under a full disk says how many lines are missing", async () => {
    using rig = new LogRig({}, { quick });
    const log = rig.writer();
    rig.disk.broken = "ENOSPC";
    for (let each = 0; each < 7; each++) log.write(rig.record("a"));
    await log.close();
    expect(rig.events.at(-1)?.parameters).toEqual({ lines: 7 });
    expect(rig.lost).toBe(7);
    expect(rig.told()).toEqual([4110, 4115]);
  });

  test("a disk that does not answer holds the end up for five seconds at most", async () => {
    using rig = new LogRig({}, { quick });
    const log = rig.writer();
    const answer = Promise.withResolvers<void>();
    rig.disk.before = () => answer.promise;
    log.write(rig.record("a"));
    const closed = log.close();
    rig.clock.advance(5000);
    await closed;
    expect(rig.told()).toEqual([4115]);
    answer.resolve();
    await log.flush();
    expect(rig.limits.waitingBytes).toBe(0); // others share the room
  });

  test("another worker that is quicker with the new room leaves a short line, and no line is missing", async () => {
    using rig = new LogRig({}, { quick });
    const log = rig.writer();
    log.write(rig.record("a"));
    await log.flush();
    // The quick way fails first, and then there must be no other.
    Object.assign(rig.disk, { tornBytes: 10, ...(quick ? { broken: "ENOSPC" } : { failOn: rig.disk.calls + 3 }) });
    log.write(rig.record("torn"));
    await log.flush();
    expect(rig.text()).toEndWith("\n2026-11-27");
    rig.disk.broken = undefined;
    const sibling = rig.writer();
    sibling.write(rig.record("sibling"));
    await sibling.close();
    rig.clock.advance(1000);
    await log.close();
    expect(rig.traces()).toEqual(["a", "?", "sibling", "torn"]);
  });
});

test("two workers that begin a file together write one header", async () => {
  using rig = new LogRig();
  const [one, two] = [rig.writer(), rig.writer()];
  for (const log of [one, two]) for (let each = 0; each < 50; each++) log.write(rig.record(`t${each}`));
  await Promise.all([one.close(), two.close()]);
  expect([rig.traces().length, rig.headers(), rig.names]).toEqual([100, 1, [DAY]]);
});

describe("old files", () => {
  const aged = (rig: LogRig, name: string, days: number, bytes = 100) => {
    mkdirSync(rig.folder, { recursive: true });
    writeFileSync(join(rig.folder, name), "x".repeat(bytes));
    const seconds = rig.clock.wallMs() / 1000 - days * 86_400;
    utimesSync(join(rig.folder, name), seconds, seconds);
  };
  const write = async (rig: LogRig) => {
    const log = rig.writer();
    log.write(rig.record("a"));
    await log.close();
  };

  test("are kept for ever unless a setting says otherwise", async () => {
    using rig = new LogRig();
    aged(rig, "u_ex200101.log", 2500);
    await write(rig);
    expect(rig.names).toEqual(["u_ex200101.log", DAY]);
  });

  test("go by their age, and nothing that is not ours goes with them", async () => {
    using rig = new LogRig({ keep: { forMs: 30 * 86_400_000, bytes: null } });
    for (const name of ["u_ex261001.log", "nc2601.log", "u_extend3.log", "mine.log", "u_ex261001.log.gz"])
      aged(rig, name, 31);
    aged(rig, "u_ex261101.log", 29);
    await write(rig);
    expect(rig.names).toEqual(["mine.log", "u_ex261001.log.gz", "u_ex261101.log", DAY]);
  });

  test("go by their bytes, the oldest first, and never the one being written", async () => {
    using rig = new LogRig({ keep: { forMs: null, bytes: 250 } });
    for (const [index, name] of ["u_ex261101.log", "u_ex261102.log", "u_ex261103.log"].entries())
      aged(rig, name, 9 - index);
    await write(rig);
    expect(rig.names).toEqual(["u_ex261102.log", "u_ex261103.log", DAY]);
  });

  test("do not go because a clock jumped a year ahead", async () => {
    using rig = new LogRig({ keep: { forMs: 30 * 86_400_000, bytes: null } });
    const log = rig.writer();
    aged(rig, "u_ex261120.log", 7);
    rig.clock.jump(365 * 86_400_000);
    log.write(rig.record("a"));
    await log.close();
    expect(rig.names).toEqual(["u_ex261120.log", "u_ex271127.log"]);
  });

  test("go without any visitor, within the hour", async () => {
    using rig = new LogRig({ keep: { forMs: 86_400_000, bytes: null } });
    const log = rig.writer();
    aged(rig, "u_ex261120.log", 7);
    const swept = Promise.withResolvers<void>();
    const { remove } = rig.disk;
    Object.assign(rig.disk, { remove: (path: string) => remove(path).finally(() => swept.resolve()) });
    rig.clock.advance(3_600_000);
    await swept.promise;
    expect(rig.names).toEqual([]);
    await log.close();
  });

  test("that cannot be removed are told", async () => {
    using rig = new LogRig({ keep: { forMs: 86_400_000, bytes: null } });
    aged(rig, "u_ex261120.log", 7);
    Object.assign(rig.disk, { remove: () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" })) });
    await write(rig);
    expect(rig.told()).toEqual([4116]);
  });
});

test("formats with the same fields may share a file whatever else their headers say", () => {
  expect(formatFor("a").directive).toBe(formatFor("b").directive);
});
