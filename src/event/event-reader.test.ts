import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { EventLog } from "./event-log.ts";
import { EventReading, type ReadOptions } from "./event-reader.ts";
import type { LogRecord } from "./log-record.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { occurrence, occurrences } from "./testing/occurrence.ts";

const small = { fileBytesMax: 4000, filesKept: 50 };

function written(folder: string, count: number, limits = small): void {
  const log = new EventLog(folder, new ManualClock(), { limits });
  for (const it of occurrences(count)) log.write(it);
  log.close();
}

const seqs = (records: readonly LogRecord[]): readonly number[] => records.map((it) => it.seq);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

async function read(folder: string, options: ReadOptions = {}) {
  const reading = new EventReading(folder, { blockBytes: 1000, ...options });
  return { records: await Array.fromAsync(reading), damaged: reading.damaged, fault: reading.fault };
}

test("all files are read as one, oldest first", async () => {
  using folder = temporaryFolder();
  written(folder.path, 200);
  expect(readdirSync(folder.path).length).toBeGreaterThan(5);
  expect(seqs((await read(folder.path)).records)).toEqual(upTo(200));
});

test("a filter selects, and the last of the selected come from the end", async () => {
  using folder = temporaryFolder();
  const log = new EventLog(folder.path, new ManualClock(), { limits: small });
  for (const [index, it] of occurrences(300).entries()) log.write({ ...it, service: index % 3 === 0 ? "ftp" : "smtp" });
  log.close();
  const ftp = (await read(folder.path, { filter: { service: "ftp" } })).records;
  expect(ftp).toHaveLength(100);
  for (const last of [0, 1, 2, 37, 99, 100, 1000]) {
    const records = (await read(folder.path, { filter: { service: "ftp" }, last })).records;
    expect(records).toEqual(ftp.slice(Math.max(0, ftp.length - last)));
  }
});

test("damaged lines are skipped and counted, also at the end and across a whole block", async () => {
  using folder = temporaryFolder();
  written(folder.path, 3);
  const path = join(folder.path, "events.jsonl");
  appendFileSync(path, `garbage\n\n{"seq":9}\n${"z".repeat(2500)}\n{"seq":4,"numb`);
  written(folder.path, 2);
  const { records, damaged, fault } = await read(folder.path);
  expect(records.filter((it) => it.service === "smtp")).toHaveLength(5);
  expect(damaged).toBeGreaterThanOrEqual(4);
  expect(fault).toBeUndefined();
  expect(seqs((await read(folder.path, { last: 1000 })).records)).toEqual(seqs(records));
});

test("no folder and no files are no events, and no fault", async () => {
  using folder = temporaryFolder();
  expect(await read(join(folder.path, "none"))).toEqual({ records: [], damaged: 0, fault: undefined });
  expect(await read(folder.path, { last: 5 })).toEqual({ records: [], damaged: 0, fault: undefined });
});

test("a log that cannot be read is told with its name", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "events.jsonl"));
  const { records, fault } = await read(folder.path);
  expect(records).toEqual([]);
  expect(fault?.attempted).toBe(`Cannot read the events in ${folder.path}`);
});

test("a gap in the numbers of the files, as a crash leaves it, hides nothing", async () => {
  using folder = temporaryFolder();
  written(folder.path, 100);
  const oldest = readdirSync(folder.path).length - 1;
  renameSync(join(folder.path, `events.${oldest}.jsonl`), join(folder.path, `events.${oldest + 2}.jsonl`));
  expect(seqs((await read(folder.path)).records)).toEqual(upTo(100));
});

/** Takes records as they come until there are `count`; then aborts. */
async function follow(folder: string, count: number, options: ReadOptions, during: (seen: number) => void) {
  const stop = new AbortController();
  const seen: number[] = [];
  const reading = new EventReading(folder, { blockBytes: 5000, follow: stop.signal, ...options });
  const ended = (async () => {
    for await (const it of reading) {
      seen.push(it.seq);
      during(seen.length);
      if (seen.length >= count) stop.abort();
    }
  })();
  return { seen, ended, reading, stop };
}

test("following loses and repeats nothing while files are turned over under it", async () => {
  using folder = temporaryFolder();
  const clock = new ManualClock();
  const log = new EventLog(folder.path, clock, { limits: small });
  const all = occurrences(1200);
  for (const it of all.slice(0, 50)) log.write(it);
  log.flush();
  let next = 50;
  const { seen, ended, reading } = await follow(folder.path, all.length, { lookEveryMs: 50 }, (count) => {
    if (count % 3 !== 0 && count < next) return; // the reader falls behind and catches up in turns
    for (const it of all.slice(next, next + (count % 40) + 1)) log.write(it);
    next = Math.min(all.length, next + (count % 40) + 1);
    log.flush();
  });
  await ended;
  expect(seen).toEqual([...upTo(1200)]);
  expect(reading.fault).toBeUndefined();
  log.close();
});

test("following starts after the last ones that were asked for, or before there is any file", async () => {
  using folder = temporaryFolder();
  const logs = join(folder.path, "logs");
  const early = await follow(logs, 5, { lookEveryMs: 10 }, () => {});
  written(logs, 5);
  await early.ended;
  expect(early.seen).toEqual([1, 2, 3, 4, 5]);
  const late = await follow(logs, 4, { last: 2, lookEveryMs: 10 }, (count) => count === 2 && written(logs, 2));
  await late.ended;
  expect(late.seen).toEqual([4, 5, 6, 7]);
});

test("following goes on when the file is emptied, removed, or more files came than are kept", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "events.jsonl");
  written(folder.path, 5);
  const afterwards = (count: number): void => {
    if (count === 5) truncateSync(path);
    if (count === 5) written(folder.path, 2);
    if (count === 7) rmSync(path);
    if (count === 7) written(folder.path, 3);
    if (count === 10) written(folder.path, 300, { fileBytesMax: 4000, filesKept: 1 });
  };
  const stop = new AbortController();
  const reading = new EventReading(folder.path, { follow: stop.signal, lookEveryMs: 10 });
  const seen: string[] = [];
  for await (const it of reading) {
    seen.push(it.sentence.slice(9, -1));
    afterwards(seen.length);
    if (seen.at(-1) === "299") stop.abort();
  }
  expect(seen.slice(0, 10)).toEqual(["0", "1", "2", "3", "4", "0", "1", "0", "1", "2"]);
  expect(seen.length).toBeLessThan(100);
  expect(reading.fault).toBeUndefined();
});

test("aborting ends the following at once, also when nothing happens", async () => {
  using folder = temporaryFolder();
  const { ended, stop, seen } = await follow(folder.path, 1, { lookEveryMs: 100_000 }, () => {});
  stop.abort();
  await ended;
  expect(seen).toEqual([]);
  const again = await follow(folder.path, 1, { follow: AbortSignal.abort() }, () => {});
  await again.ended;
});

test("a line that is being written is not shown before it has its end", async () => {
  using folder = temporaryFolder();
  written(folder.path, 1);
  const path = join(folder.path, "events.jsonl");
  const half = JSON.stringify({ seq: 2, ...occurrence({ sentence: "in halves" }) });
  appendFileSync(path, half.slice(0, 40));
  const stop = new AbortController();
  const reading = new EventReading(folder.path, { follow: stop.signal, lookEveryMs: 5 });
  const sentences: string[] = [];
  for await (const it of reading) {
    sentences.push(it.sentence);
    if (sentences.length === 1) appendFileSync(path, `${half.slice(40)}\n`);
    else stop.abort();
  }
  expect(sentences).toEqual(["Sentence 0.", "in halves"]);
  expect(reading.damaged).toBe(0);
});
