import { expect, test } from "bun:test";
import { fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { JournalSink, journalLine } from "./journal-sink.ts";
import { chooseScreen, screenSink } from "./screen-sink.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { occurrence } from "./testing/occurrence.ts";

const terminal = { terminal: true, device: 8, inode: 77 };

test("the journal is chosen only when the stream is the one that leads to it", () => {
  expect(chooseScreen({ JOURNAL_STREAM: "8:77" }, terminal)).toEqual({ for: "journal" });
  expect(chooseScreen({ JOURNAL_STREAM: "8:78" }, terminal)).toEqual({ for: "people", colour: true });
  expect(chooseScreen({}, { ...terminal, terminal: false })).toEqual({ for: "people", colour: false });
});

test("NO_COLOR takes the colour away, unless it is empty", () => {
  expect(chooseScreen({ NO_COLOR: "1" }, terminal)).toEqual({ for: "people", colour: false });
  expect(chooseScreen({ NO_COLOR: "" }, terminal)).toEqual({ for: "people", colour: true });
});

test("a line for the journal has its priority, its number, its object and its remedy, and is one line", () => {
  const failed = occurrence({ level: "error", sentence: "It is\nbroken.", remedy: "Look at it." });
  expect(journalLine(failed)).toBe("<3>smtp 6001: site smtp/sites/default: It is\\x0abroken. Look at it.\n");
  expect(journalLine(occurrence())).toBe("<6>smtp 6001: smtp/sites/default is open.\n");
  expect(journalLine(occurrence({ level: "critical" }))).toStartWith("<2>");
  expect(journalLine(occurrence({ level: "warning" }))).toStartWith("<4>");
  expect(journalLine(occurrence({ level: "notice" }))).toStartWith("<5>");
});

test("a real stream is recognised by its device and inode, and its going away is no crash", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "stream");
  const fd = openSync(path, "w");
  const { dev, ino } = fstatSync(fd);
  const listeners: string[] = [];
  const stream = { fd, write: (text: string) => writeSync(fd, text), on: (name: string) => listeners.push(name) };
  const sink = screenSink(stream, { JOURNAL_STREAM: `${dev}:${ino}` });
  expect(sink).toBeInstanceOf(JournalSink);
  sink.write(occurrence());
  expect(readFileSync(path, "utf8")).toBe(journalLine(occurrence()));
  expect(listeners).toEqual(["error"]);
});
