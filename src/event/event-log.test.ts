import { expect, test } from "bun:test";
import { join } from "node:path";
import { ManualClock, systemClock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import { event, type Occurrence } from "./event.ts";
import { EventLog } from "./event-log.ts";
import { EventReading } from "./event-reader.ts";
import { logEvents } from "./events.ts";
import type { LogRecord } from "./log-record.ts";
import { FaultyDisk } from "./testing/faulty-disk.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { occurrence } from "./testing/occurrence.ts";

const opened = event(6001, "notice", "site", "{object} is open on {address}.");
const failed = event(6002, "error", "site", "{object} cannot open.", "Look.");

class Seen {
  readonly all: Occurrence[] = [];
  write(it: Occurrence): void {
    this.all.push(it);
  }
}

async function recordsIn(folder: string): Promise<readonly LogRecord[]> {
  const reading = new EventReading(folder);
  const records = await Array.fromAsync(reading);
  expect(reading.fault).toBeUndefined();
  return records;
}

test("what a room reports reaches the screen at once and the file in its time", async () => {
  using folder = temporaryFolder();
  const clock = new ManualClock(5000);
  const screen = new Seen();
  const log = new EventLog(folder.path, clock, { sinks: [screen] });
  log.reportFor("smtp")(opened, about("site", "smtp/sites/default"), { address: "127.0.0.1:2525" });
  expect(screen.all.map((it) => it.sentence)).toEqual(["smtp/sites/default is open on 127.0.0.1:2525."]);
  expect(await recordsIn(folder.path)).toEqual([]);
  clock.advance(200);
  expect(await recordsIn(folder.path)).toEqual([{ seq: 1, ...(screen.all[0] as Occurrence) }]);
});

test("events that come while the disk is away reach the screen, with the one that says so, named", () => {
  using folder = temporaryFolder();
  const screen = new Seen();
  const disk = new FaultyDisk();
  disk.broken = "ENOSPC";
  const log = new EventLog(folder.path, new ManualClock(), { sinks: [screen], disk });
  log.reportFor("smtp")(failed, about("site", "smtp/sites/default"));
  log.close();
  expect(screen.all.map((it) => it.number)).toEqual([6002, logEvents.diskFull.number, logEvents.linesLost.number]);
  expect(screen.all[1]?.object).toEqual({ kind: "file", name: join(folder.path, "events.jsonl") });
  expect(screen.all[1]?.service).toBe("server");
});

test("a flood is counted on the screen and in the file, and closing tells the count", async () => {
  using folder = temporaryFolder();
  const screen = new Seen();
  const log = new EventLog(folder.path, new ManualClock(), { sinks: [screen], limits: { sameInMinuteMax: 5 } });
  for (let index = 0; index < 1000; index++) log.write(occurrence({ level: "error" }));
  log.close();
  expect(screen.all).toHaveLength(6);
  expect((await recordsIn(folder.path)).at(-1)?.parameters.repeated).toBe(995);
});

test("after kill -9 every error that was written is in the log, in order, and the next start goes on", async () => {
  using folder = temporaryFolder();
  const script = join(import.meta.dir, "testing", "writer.ts");
  const writer = Bun.spawn([process.execPath, script, folder.path], { stdout: "pipe", stderr: "inherit" });
  let said = "";
  for await (const bytes of writer.stdout) {
    said += new TextDecoder().decode(bytes);
    if (said.split("\n").length > 300) writer.kill("SIGKILL"); // and read what it still said
  }
  await writer.exited;
  expect(writer.signalCode).toBe("SIGKILL");
  const last = Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
  expect(last).toBeGreaterThan(200);
  const log = new EventLog(folder.path, systemClock);
  log.write(occurrence({ level: "error", sentence: "after" }));
  log.close();
  const records = await recordsIn(folder.path);
  const errors = records.filter((it) => it.number === 1).map((it) => it.sentence);
  expect(errors).toEqual(errors.map((_, index) => `error ${index}`));
  expect(errors.length).toBeGreaterThan(last);
  expect(records.map((it) => it.seq)).toEqual(records.map((_, index) => index + 1));
  expect(records.at(-1)?.sentence).toBe("after");
});
