import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Clock, ManualClock, seeded } from "../../base/clock.ts";
import { encodeOccurrence, recordLine } from "../../event/log-record.ts";
import { Ends } from "../../net/access-log/ends.ts";
import { ncsaFormat, w3cFormat } from "../../net/access-log/format.ts";
import { LineBuffer } from "../../net/access-log/line-buffer.ts";
import { accessRecord } from "../../net/access-log/record.ts";
import { TraceSource, timeOfTrace } from "../../net/trace-id.ts";
import type { TraceEntry } from "./trace-answer.ts";
import { traceFiles } from "./trace-files.ts";
import { searchTrace } from "./trace-search.ts";

const root = mkdtempSync(join(tmpdir(), "inetsrv trace ü "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NOW_MS = Date.UTC(2026, 10, 27, 12, 0, 0);
const DAY_MS = 86_400_000;
/** Lines and events with the id within a day. */
const ALL = 6;
const ids = new TraceSource(new ManualClock(NOW_MS), seeded(1));
const [id, other] = [ids.next(), ids.next()];
const home = { root: join(root, "home"), from: "--home" } as const;
const stems = new Map([
  ["W3SVC", "www"],
  ["SMTPSVC", "smtp"],
]);
const format = w3cFormat(["date", "time", "c-ip", "cs-method", "cs-uri-stem", "x-trace"], {
  computerName: "x",
  software: "x",
});

function put(text: string | Buffer, ...names: readonly string[]): string {
  const path = join(home.root, ...names);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, NOW_MS / 1000, NOW_MS / 1000);
  return path;
}

function linesOf(traces: readonly string[], of = format): Buffer {
  const out = new LineBuffer();
  const record = {
    ...accessRecord(),
    atMs: NOW_MS,
    siteName: "W3SVC-sh%c3%b6p",
    method: "GET",
  };
  for (const trace of traces) {
    const ends = new Ends({ address: "192.0.2.7", port: 50_000 }, undefined, trace);
    out.add({ ...record, ends, uriStem: `/${other}` }, of.spell);
  }
  return Buffer.concat([Buffer.from(of.header(NOW_MS)), out.take()]);
}

put(linesOf([other, id, id]), "logs", "W3SVC-d%c3%a4fault", "u_ex261127.log");
put(linesOf([id], ncsaFormat), "logs", "W3SVC-old", "nc2611.log");
const together = w3cFormat(["date", "time", "s-sitename", "c-ip", "x-trace"], { computerName: "x", software: "x" });
put(linesOf([other, id], together), "logs", "W3SVC", "u_ex261127.log");
put(linesOf([id]), "elsewhere", "SMTPSVC-default", "u_extend7.log");
put(linesOf([id]), "logs", "W3SVC-default", "u_ex261125.log"); // the day before the day before
put(linesOf([id]), "logs", "W3SVC-default", "notes.txt");
put(linesOf([id]), "logs", "OTHERSVC-default", "u_ex261127.log");
put(`#Fields: date time cs-uri-stem\n2026-11-27 12:00:00 /${id}\n`, "logs", "W3SVC-default", "u_ex261127.log");
const occurrence = (trace: string) => ({
  number: 6001,
  level: "info" as const,
  atMs: NOW_MS + 5,
  object: { kind: "site" as const, name: "smtp/sites/default" },
  service: "smtp",
  sentence: `It speaks of ${id}.`,
  remedy: "",
  parameters: {},
  trace,
});
const events = [other, id].map((trace, seq) => recordLine(seq, encodeOccurrence(occurrence(trace)))).join("");
put(events, "logs", "events.jsonl");

const { fromMs, untilMs } = timeOfTrace(id);
const files = (days = 1) =>
  traceFiles(
    { home, stems, folders: ["logs", "elsewhere", "missing"] },
    { fromMs: fromMs - days * DAY_MS, untilMs: untilMs + days * DAY_MS },
  );

/** Asks until there is no next, as the command does. */
async function search(
  prefix: string,
  clock: Clock,
  days = 1,
): Promise<{ found: readonly TraceEntry[]; parts: number }> {
  const found: TraceEntry[] = [];
  let after: string | undefined;
  for (let parts = 1; ; parts++) {
    const answer = await searchTrace(files(days), prefix, after, clock);
    found.push(...answer.entries);
    expect(answer.searchedBytes).toBeLessThanOrEqual(answer.totalBytes);
    if (answer.next === null) return { found, parts };
    after = answer.next;
  }
}

const shown = (it: TraceEntry): string =>
  it.from === "access" ? `${it.service}/${it.site} ${it.file} ${it.fields["c-ip"]}` : `event ${it.event.service}`;

test("the story is gathered from all logs: of sites that are set elsewhere or gone, of those that share one, and from the events", async () => {
  const { found } = await search(id, new ManualClock());
  expect(found.map(shown).sort()).toEqual([
    "event smtp",
    "smtp/default u_extend7.log 192.0.2.7",
    "www/däfault u_ex261127.log 192.0.2.7",
    "www/däfault u_ex261127.log 192.0.2.7",
    "www/old nc2611.log 192.0.2.7",
    "www/shöp u_ex261127.log 192.0.2.7",
  ]);
  expect(new Set(found.map((it) => it.trace))).toEqual(new Set([id]));
});

test("in whatever parts it is searched, everything is found once", async () => {
  // Each look at this clock says that the time of the part is over.
  let steadyMs = 0;
  const hasty: Clock = {
    ...new ManualClock(),
    steadyMs: () => (steadyMs += 1000),
    wallMs: () => 0,
    after: () => () => {},
  };
  const { found, parts } = await search(id, hasty);
  expect(found).toHaveLength(ALL);
  expect(parts).toBeGreaterThan(3);
});

test("a beginning finds all that begin so; more days find more", async () => {
  const { found } = await search(id.slice(0, 7), new ManualClock());
  expect(new Set(found.map((it) => it.trace))).toEqual(new Set([id, other]));
  expect((await search(id, new ManualClock(), 2)).found).toHaveLength(ALL + 1);
  expect((await search("zzzz", new ManualClock())).found).toEqual([]);
});

test("a place to go on from that is none of ours begins anew", async () => {
  for (const after of ["", "null", "{}", '{"path":7,"atBytes":-1}', '{"path":"","atBytes":-5}', "\u0000"])
    expect((await searchTrace(files(), id, after, new ManualClock())).entries).toHaveLength(ALL);
});

test("what is no file of a site is passed over: neither links nor pipes lead anywhere", async () => {
  const folder = join(home.root, "logs", "W3SVC-links");
  mkdirSync(folder);
  symlinkSync(put(linesOf([id]), "outside.log"), join(folder, "u_ex261127.log"));
  Bun.spawnSync(["mkfifo", join(folder, "u_ex261126.log")]);
  const { entries, unread } = await searchTrace(files(), id, undefined, new ManualClock());
  rmSync(folder, { recursive: true });
  expect([entries.length, unread]).toEqual([ALL, []]);
});

test("what has become a link meanwhile is named, and not followed", async () => {
  const path = put(linesOf([id]), "logs", "W3SVC-turned", "u_ex261127.log");
  const chosen = files();
  rmSync(path);
  symlinkSync(put(linesOf([id]), "outside.log"), path);
  const { entries, unread } = await searchTrace(chosen, id, undefined, new ManualClock());
  rmSync(dirname(path), { recursive: true });
  expect([entries.length, unread]).toEqual([ALL, [expect.stringContaining(path)]]);
});

test.skipIf(process.getuid?.() === 0)("a file that cannot be read is named, and the rest is told", async () => {
  const path = put(linesOf([id]), "logs", "W3SVC-closed", "u_ex261127.log");
  chmodSync(path, 0);
  const answer = await searchTrace(files(), id, undefined, new ManualClock());
  expect(answer.unread).toEqual([`${path}: permission denied`]);
  expect(answer.entries).toHaveLength(ALL);
  rmSync(path);
});
