import { expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { type Occurrence, reporter } from "./event.ts";
import { logEvents } from "./events.ts";
import { FileSink, type FileSinkLimits } from "./file-sink.ts";
import { logNames } from "./log-files.ts";
import { decodeLine, type LogRecord } from "./log-record.ts";
import { FaultyDisk } from "./testing/faulty-disk.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { occurrence, occurrences } from "./testing/occurrence.ts";

/** A sink whose own events come back to it, as the event log does it, and are kept to look at. */
function sinkIn(folder: string, limits: Partial<FileSinkLimits> = {}, disk = new FaultyDisk()) {
  const clock = new ManualClock();
  const told: Occurrence[] = [];
  const tell = reporter(
    "server",
    () => clock.wallMs(),
    (it) => {
      told.push(it);
      sink.write(it);
    },
  );
  const sink: FileSink = new FileSink(folder, clock, tell, limits, disk);
  return { sink, clock, told, disk };
}

const linesOf = (path: string): readonly string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);
const file = (folder: string): string => join(folder, "events.jsonl");

/** All records of all files, oldest first; damaged lines are left out. */
const recordsIn = (folder: string): readonly LogRecord[] =>
  logNames(readdirSync(folder))
    .toReversed()
    .flatMap((name) => linesOf(join(folder, name)))
    .map(decodeLine)
    .filter((it) => it !== undefined);

const sentencesIn = (folder: string): readonly string[] => recordsIn(folder).map((it) => it.sentence);
const numbersOf = (told: readonly Occurrence[]): readonly number[] => told.map((it) => it.number);

test("ordinary events are written together, 200 ms after the first", () => {
  using folder = temporaryFolder();
  const { sink, clock, disk } = sinkIn(join(folder.path, "logs"));
  for (const it of occurrences(50)) sink.write(it);
  clock.advance(199);
  expect(disk.calls).toBe(0);
  clock.advance(1);
  expect(sentencesIn(join(folder.path, "logs"))).toEqual(occurrences(50).map((it) => it.sentence));
  expect(recordsIn(join(folder.path, "logs")).map((it) => it.seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

test("an error is in the file before write returns, with all that came before it", () => {
  using folder = temporaryFolder();
  const { sink } = sinkIn(folder.path);
  sink.write(occurrence({ sentence: "before" }));
  sink.write(occurrence({ level: "error", sentence: "the error" }));
  expect(sentencesIn(folder.path)).toEqual(["before", "the error"]);
  sink.write(occurrence({ level: "critical", sentence: "the end" }));
  expect(sentencesIn(folder.path)).toEqual(["before", "the error", "the end"]);
});

test("the file and its folder are closed to strangers", () => {
  using folder = temporaryFolder();
  const { sink } = sinkIn(join(folder.path, "logs"));
  sink.write(occurrence({ level: "error" }));
  expect(statSync(join(folder.path, "logs")).mode & 0o027).toBe(0);
  expect(statSync(file(join(folder.path, "logs"))).mode & 0o137).toBe(0);
});

test("closing writes what waits, and nothing is written afterwards", () => {
  using folder = temporaryFolder();
  const { sink, told } = sinkIn(folder.path);
  sink.write(occurrence({ sentence: "last" }));
  sink.close();
  sink.write(occurrence({ level: "error", sentence: "too late" }));
  sink.close();
  expect(sentencesIn(folder.path)).toEqual(["last"]);
  expect(told).toEqual([]);
});

test("numbers go on after a restart, also right after a turn of the files", () => {
  using folder = temporaryFolder();
  for (const round of [1, 2]) {
    const { sink } = sinkIn(folder.path);
    for (const it of occurrences(3)) sink.write(it);
    sink.close();
    expect(recordsIn(folder.path).at(-1)?.seq).toBe(3 * round);
  }
  renameSync(file(folder.path), join(folder.path, "events.1.jsonl"));
  const { sink } = sinkIn(folder.path);
  sink.write(occurrence({ level: "error" }));
  expect(recordsIn(folder.path).at(-1)?.seq).toBe(7);
});

test("a last line that was cut off is left alone, and the next start begins on a new one", () => {
  using folder = temporaryFolder();
  const { sink: first } = sinkIn(folder.path);
  for (const it of occurrences(2)) first.write(it);
  first.close();
  const whole = readFileSync(file(folder.path), "utf8");
  const cut = whole.slice(0, -10);
  writeFileSync(file(folder.path), cut);
  const { sink, told } = sinkIn(folder.path);
  sink.write(occurrence({ level: "error", sentence: "after" }));
  expect(readFileSync(file(folder.path), "utf8")).toStartWith(`${cut}\n{`);
  expect(numbersOf(told)).toEqual([logEvents.lineTorn.number]);
  expect(recordsIn(folder.path).map((it) => it.seq)).toEqual([1, 2, 3]);
});

test("files are turned over by size, and only so many are kept", () => {
  using folder = temporaryFolder();
  const { sink, told } = sinkIn(folder.path, { fileBytesMax: 4096, filesKept: 3 });
  for (const it of occurrences(200)) sink.write(it);
  sink.close();
  expect(readdirSync(folder.path).sort()).toEqual([
    "events.1.jsonl",
    "events.2.jsonl",
    "events.3.jsonl",
    "events.jsonl",
  ]);
  for (const name of readdirSync(folder.path)) {
    expect(statSync(join(folder.path, name)).size).toBeLessThanOrEqual(4096);
    if (name !== "events.jsonl") expect(statSync(join(folder.path, name)).size).toBeGreaterThan(3000);
  }
  const seqs = recordsIn(folder.path).map((it) => it.seq);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => 200 - seqs.length + 1 + index));
  expect(told).toEqual([]);
});

test("a line longer than a whole file has one to itself", () => {
  using folder = temporaryFolder();
  const { sink } = sinkIn(folder.path, { fileBytesMax: 1000 });
  for (const sentence of ["a", "b".repeat(3000), "c"]) sink.write(occurrence({ level: "error", sentence }));
  expect(sentencesIn(folder.path)).toEqual(["a", "b".repeat(3000), "c"]);
  expect(readdirSync(folder.path)).toHaveLength(3);
});

test("a full disk is told once, events wait, and are written when there is room", () => {
  using folder = temporaryFolder();
  const { sink, clock, told, disk } = sinkIn(folder.path);
  sink.write(occurrence({ level: "error", sentence: "kept" }));
  disk.broken = "ENOSPC";
  for (const sentence of ["first", "second"]) sink.write(occurrence({ level: "error", sentence }));
  clock.advance(10_000);
  expect(numbersOf(told)).toEqual([logEvents.diskFull.number]);
  expect(told[0]?.sentence).toBe(`Events cannot be kept in ${file(folder.path)}: the disk is full.`);
  disk.broken = undefined;
  clock.advance(10_000);
  expect(sentencesIn(folder.path).filter((it) => it.length < 10)).toEqual(["kept", "first", "second"]);
  expect(numbersOf(told)).toEqual([logEvents.diskFull.number, logEvents.writableAgain.number]);
  expect(recordsIn(folder.path).map((it) => it.seq)).toEqual([1, 2, 3, 4, 5]);
});

test("a disk that is away is asked less and less often, not with every event", () => {
  using folder = temporaryFolder();
  const { sink, clock, disk } = sinkIn(folder.path);
  disk.broken = "EROFS";
  for (let minute = 0; minute < 60; minute++) {
    for (let index = 0; index < 100; index++) sink.write(occurrence({ level: "error" }));
    clock.advance(60_000);
  }
  expect(disk.calls).toBeLessThan(75);
  expect(disk.calls).toBeGreaterThan(55);
});

test("what does not fit while the disk is away is counted and told, and errors have room of their own", () => {
  using folder = temporaryFolder();
  const { sink, clock, told, disk } = sinkIn(folder.path, { queueCharactersMax: 20_000 });
  disk.broken = "EACCES";
  sink.write(occurrence({ level: "error", sentence: "cause" }));
  for (const it of occurrences(1000)) sink.write(it);
  sink.write(occurrence({ level: "error", sentence: "late error" }));
  disk.broken = undefined;
  clock.advance(3000);
  const records = recordsIn(folder.path);
  const dropped = records.find((it) => it.number === logEvents.eventsDropped.number);
  const kept = records.filter((it) => it.level === "info").length;
  expect(kept).toBeGreaterThan(10);
  expect(dropped?.parameters.count).toBe(1000 - kept);
  expect(dropped?.parameters.seconds).toBe(1);
  expect(records.map((it) => it.sentence)).toContain("late error");
  expect(numbersOf(told)).toEqual([logEvents.unwritable.number, logEvents.eventsDropped.number]);
});

test("what a full disk took of a line is taken back", () => {
  using folder = temporaryFolder();
  const { sink, clock, disk } = sinkIn(folder.path);
  sink.write(occurrence({ level: "error", sentence: "kept" }));
  const before = readFileSync(file(folder.path), "utf8");
  disk.tornBytes = 20;
  disk.failOn = disk.calls + 2; // the look at the name, then the write
  sink.write(occurrence({ level: "error", sentence: "torn" }));
  expect(readFileSync(file(folder.path), "utf8")).toBe(before);
  clock.advance(2000);
  expect(sentencesIn(folder.path).filter((it) => it.length < 10)).toEqual(["kept", "torn"]);
});

test("whichever call of the disk fails, no event is written twice, and none is lost unless the last attempt failed, which is told", () => {
  for (const tornBytes of [0, 1, 30, 700]) {
    for (let failOn = 1; ; failOn++) {
      using folder = temporaryFolder();
      mkdirSync(folder.path, { recursive: true });
      writeFileSync(file(folder.path), '{"seq":7,"torn');
      const { sink, clock, told, disk } = sinkIn(folder.path, { fileBytesMax: 2000, filesKept: 50 });
      Object.assign(disk, { failOn, tornBytes });
      for (const [index, it] of occurrences(30).entries()) {
        sink.write(index % 5 === 0 ? { ...it, level: "error" } : it);
        if (index % 7 === 0) clock.advance(2500);
      }
      sink.close();
      const records = recordsIn(folder.path);
      const own = records.filter((it) => it.service === "smtp").map((it) => it.sentence);
      const lost = told.find((it) => it.number === logEvents.linesLost.number)?.parameters.count;
      if (lost === undefined) expect(own).toHaveLength(30);
      else expect(Number(lost)).toBe(30 - own.length + 1); // and that the log is unwritable: it failed while closing
      expect(own).toEqual(occurrences(own.length).map((it) => it.sentence));
      expect(records.map((it) => it.seq)).toEqual(Array.from({ length: records.length }, (_, index) => index + 1));
      if (failOn > disk.calls) {
        expect(numbersOf(told)).toEqual([logEvents.lineTorn.number]);
        break;
      }
      expect(failOn).toBeLessThan(1000);
    }
  }
});

test("a log that stays unwritable to the end says how much is missing", () => {
  using folder = temporaryFolder();
  const { sink, told, disk } = sinkIn(folder.path);
  disk.broken = "EACCES";
  for (const it of occurrences(3)) sink.write(it);
  sink.close();
  expect(numbersOf(told)).toEqual([logEvents.unwritable.number, logEvents.linesLost.number]);
  expect(told[1]?.parameters.count).toBe(4); // the three, and that the log is unwritable
});

test("a folder that does not let files be renamed costs a warning, and the log grows to twice its size at most", () => {
  using folder = temporaryFolder();
  const disk = new FaultyDisk();
  disk.rename = () => {
    throw Object.assign(new Error("made to fail"), { code: "EPERM" });
  };
  const { sink, told } = sinkIn(folder.path, { fileBytesMax: 8000 }, disk);
  for (const it of occurrences(200)) sink.write({ ...it, level: "error" });
  expect(statSync(file(folder.path)).size).toBeLessThanOrEqual(16_500);
  expect(statSync(file(folder.path)).size).toBeGreaterThan(15_000);
  expect(numbersOf(told)).toEqual([logEvents.rotationFailed.number, logEvents.unwritable.number]);
  expect(told[0]?.sentence).toContain("not permitted");
});

test("a file that somebody moved away or removed is made anew", () => {
  using folder = temporaryFolder();
  const logs = join(folder.path, "logs");
  const { sink } = sinkIn(logs);
  sink.write(occurrence({ level: "error", sentence: "one" }));
  renameSync(logs, join(folder.path, "away"));
  sink.write(occurrence({ level: "error", sentence: "two" }));
  expect(sentencesIn(join(folder.path, "away"))).toEqual(["one"]);
  expect(sentencesIn(logs)).toEqual(["two"]);
  expect(recordsIn(logs)[0]?.seq).toBe(2);
});

test("a folder in the place of the file is told by its name", () => {
  using folder = temporaryFolder();
  mkdirSync(file(folder.path));
  const { sink, told } = sinkIn(folder.path);
  sink.write(occurrence({ level: "error" }));
  expect(told[0]?.sentence).toBe(`Events cannot be kept in ${file(folder.path)}: a folder has that name.`);
  expect(told[0]?.object).toEqual({ kind: "file", name: file(folder.path) });
});

test("a foreign line at the end of the file does not start the numbers again", () => {
  using folder = temporaryFolder();
  const { sink: first } = sinkIn(folder.path);
  for (const it of occurrences(5)) first.write(it);
  first.close();
  appendFileSync(file(folder.path), "not ours\n\n");
  const { sink } = sinkIn(folder.path);
  sink.write(occurrence({ level: "error" }));
  expect(recordsIn(folder.path).at(-1)?.seq).toBe(6);
  expect(existsSync(join(folder.path, "events.1.jsonl"))).toBe(false);
});
