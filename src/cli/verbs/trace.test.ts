import { expect, test } from "bun:test";
import type { TraceAnswer, TraceEntry } from "../../supervisor/trace/trace-answer.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

const ID = "6rk30w8h1e5z09bq";
const line = (more: Partial<Extract<TraceEntry, { from: "access" }>> = {}): TraceEntry => ({
  from: "access",
  trace: ID,
  atMs: START_MS,
  service: "www",
  site: "default",
  file: "u_ex260727.log",
  fields: {
    "c-ip": "192.0.2.7",
    "cs-method": "GET",
    "cs-uri-stem": "/a\u001b[2J",
    "cs-uri-query": "b=c",
    "sc-status": "404",
    "sc-bytes": "1234",
    "time-taken": "5",
    "cs-username": "alice",
  },
  ...more,
});
const event: TraceEntry = {
  from: "events",
  trace: ID,
  atMs: START_MS + 300,
  event: {
    seq: 1,
    number: 5110,
    level: "warning",
    atMs: START_MS + 300,
    object: { kind: "address", name: "192.0.2.7" },
    service: "www",
    sentence: "A login failed.",
    remedy: "Look.",
    parameters: {},
    trace: ID,
  },
};
const answer = (entries: readonly TraceEntry[], more: Partial<TraceAnswer> = {}): TraceAnswer => ({
  entries,
  searchedBytes: 10,
  totalBytes: 20,
  files: 3,
  unread: [],
  next: null,
  ...more,
});
const times = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "YYYY-MM-DD hh:mm:ss");

test("the story is one timeline; what strangers sent does no harm to the screen", async () => {
  const smtp = line({
    service: "smtp",
    atMs: START_MS + 2000,
    fields: { "cs-method": "RCPT", "cs-uri-query": "TO:<a@b>", "sc-status": "250" },
  });
  const { code, out } = await run(`trace ${ID}`, {
    width: 100,
    answers: { "trace.find": answer([smtp, line(), event]) },
  });
  expect(code).toBe(0);
  expect(times(out)).toBe(`${ID}, from 192.0.2.7

Time                 Where         What
YYYY-MM-DD hh:mm:ss  192.0.2.7     A login failed. Look.
YYYY-MM-DD hh:mm:ss  www/default   GET /a\\x1b[2J?b=c -> 404, 1.2 KiB, 5 ms, alice
YYYY-MM-DD hh:mm:ss  smtp/default  RCPT TO:<a@b> -> 250
`);
});

test("a beginning that stands for several names each; data is for programs", async () => {
  const entries = [line({ trace: "6rk30w8h1e5z09br" }), line()];
  const answers = { "trace.find": answer(entries) };
  const { out } = await run("trace 6RK30W8", { answers });
  expect(out).toStartWith("2 traces that begin with 6rk30w8, from 192.0.2.7\n");
  expect(out.indexOf(ID)).toBeLessThan(out.indexOf("6rk30w8h1e5z09br"));
  const json = JSON.parse((await run("trace 6rk30w8 --json", { answers })).out);
  expect([json.id, json.complete, json.entries.length]).toEqual(["6rk30w8", true, 2]);
});

test("it asks on until everything is searched", async () => {
  const parts = [
    answer([line()], { next: "here" }),
    answer([], { next: "there", unread: ["x: permission denied"] }),
    answer([event]),
  ];
  const { program, out, err } = await run(`trace ${ID} --days 3`, { answers: { "trace.find": () => parts.shift() } });
  expect(program.calls.map((it) => it.given)).toEqual([
    { id: ID, days: 3 },
    { id: ID, days: 3, after: "here" },
    { id: ID, days: 3, after: "there" },
  ]);
  expect(out.split("\n")).toHaveLength(6);
  expect(err).toBe("Not read: x: permission denied\n");
});

test("an id that nothing knows gets a sentence that helps, and what is no id is refused", async () => {
  const none = await run(`trace ${ID}`, { answers: { "trace.find": answer([]) } });
  expect(none.code).toBe(4);
  expect(none.err.replaceAll("\n", " ")).toContain(`No log of this home knows ${ID}.`);
  expect(none.err.replaceAll("\n", " ")).toContain(`inetsrv trace ${ID} --days 30`);
  for (const wrong of ["6rk", "uuuu", "6rk30w8h1e5z09bqq"]) expect((await run(["trace", wrong])).code).toBe(2);
});
