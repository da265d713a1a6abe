// What an access log costs: a line alone, and a web server with its log on beside the same server with its log off.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { secureRandomness, systemClock } from "../src/base/clock.ts";
import { nodeAccessDisk } from "../src/net/access-log/access-disk.ts";
import { type AccessLog, noAccessLog } from "../src/net/access-log/access-log.ts";
import { Ends } from "../src/net/access-log/ends.ts";
import type { FieldName } from "../src/net/access-log/fields.ts";
import { FlushRounds } from "../src/net/access-log/flush-rounds.ts";
import { type LogFormat, ncsaFormat, w3cFormat } from "../src/net/access-log/format.ts";
import { LineBuffer } from "../src/net/access-log/line-buffer.ts";
import { LogWriter } from "../src/net/access-log/log-writer.ts";
import { accessRecord } from "../src/net/access-log/record.ts";
import { SharedLimits } from "../src/net/access-log/shared-limits.ts";
import { SiteLog } from "../src/net/access-log/site-log.ts";
import { TraceSource } from "../src/net/trace-id.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const LINES = 400_000;
const ROUNDS = 5;
const SERVED_MS = 1500;
const CONNECTIONS = 64;
const BODY_BYTES = 1024;

/** Fourteen that a web site may want. */
const fields: readonly FieldName[] = [
  "date",
  "time",
  "s-ip",
  "cs-method",
  "cs-uri-stem",
  "cs-uri-query",
  "s-port",
  "c-ip",
  "cs(User-Agent)",
  "cs(Referer)",
  "sc-status",
  "sc-bytes",
  "time-taken",
  "x-trace",
];
const w3c = (): LogFormat => w3cFormat(fields, { computerName: hostname(), software: "bench" });

export const benches: readonly Bench[] = [
  {
    name: "access-log-line",
    measures:
      "One line of 14 fields of the web: filling a record, and with it the line in memory, or on its way to a file; " +
      "best of several rounds. `record` is in the others too.",
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), "bench-access-log-"));
      try {
        const [record, line, ncsa] = [best(recordsOnly), best(() => inMemory(w3c())), best(() => inMemory(ncsaFormat))];
        const file = await toFile(folder);
        return [
          lineRow("record", record),
          lineRow("W3C, in memory", line),
          lineRow("NCSA, in memory", ncsa),
          lineRow("W3C, to a file", file),
        ];
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  {
    name: "access-log-served",
    measures:
      `A web server of one process that answers ${BODY_BYTES} bytes on ${CONNECTIONS} kept connections, with its log off and on in ` +
      "turn; requests per second, the processor's time for each, and what is left of the rate by that time (wanted: 0.95).",
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), "bench-access-log-"));
      try {
        return await served(folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
];

const lineRow = (what: string, ns: number): Row => ({ what, "line ns": ns, "lines/s": Math.round(1e9 / ns) });

const paths = Array.from({ length: 200 }, (_, index) => Buffer.from(`/articles/2026/some-name-${index}.html`));
const agents = Array.from({ length: 200 }, (_, index) =>
  Buffer.from(
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/12${index}.0.0.0 Safari/537.36`,
  ),
);
const text = (of: readonly Buffer[], index: number): string => of[index % of.length]?.toString("latin1") ?? "";

const ends = new Ends({ address: "192.0.2.7", port: 50_000 }, { address: "192.0.2.1", port: 80 }, "dc4qhmp99yn4rhpk");

/** Texts are made anew for each, as a server gets them. */
const recordOf = (index: number) => {
  const record = accessRecord();
  record.atMs = 1_764_000_000_000 + index / 100;
  record.ends = ends;
  record.method = "GET";
  record.uriStem = text(paths, index * 7);
  record.uriQuery = "from=list";
  record.userAgent = text(agents, index);
  record.referer = "https://www.example.org/articles/";
  record.status = 200;
  record.bytesSent = 1000 + (index % 5000);
  record.timeTakenMs = index % 8;
  return record;
};

function recordsOnly(): number {
  let characters = 0;
  for (let index = 0; index < LINES; index++) characters += recordOf(index).uriStem.length;
  return characters;
}

function inMemory(format: LogFormat): void {
  const out = new LineBuffer();
  for (let index = 0; index < LINES; index++) {
    out.add(recordOf(index), format.spell);
    if (out.length > 256 * 1024) out.giveBack(out.take());
  }
}

/** Nanoseconds of the processor for each line in the best round: what else runs on the machine counts less so. */
function best(round: () => void): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let count = 0; count < ROUNDS; count++) {
    const begun = process.cpuUsage();
    round();
    shortest = Math.min(shortest, microseconds(begun));
  }
  return (shortest * 1000) / LINES;
}

function microseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

async function toFile(folder: string): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const log = logIn(join(folder, String(round)));
    const begun = process.cpuUsage();
    for (let index = 0; index < LINES; index++) {
      log.write(recordOf(index));
      // As often as a server would look at its sockets.
      if (index % 500 === 0) await new Promise(setImmediate);
    }
    await log.close();
    shortest = Math.min(shortest, microseconds(begun));
  }
  return (shortest * 1000) / LINES;
}

function logIn(folder: string): LogWriter {
  const report = (): void => {
    throw new Error("the log is in trouble, and the figures mean nothing");
  };
  const shared = { limits: new SharedLimits(), rounds: new FlushRounds(systemClock) };
  const log = new LogWriter({ disk: nodeAccessDisk, clock: systemClock, report, ...shared });
  const place = { kind: "w3c", folder, period: "month", fileBytesMax: 0 } as const;
  log.follow({ ...place, format: w3c(), keep: { forMs: null, bytes: null } });
  return log;
}

interface Round {
  readonly answers: number;
  /** Of the processor, for each answer, with everything that the process does meanwhile. */
  readonly answerUs: number;
}

async function served(folder: string): Promise<readonly Row[]> {
  const rounds: { readonly off: Round; readonly on: Round; readonly missing: number }[] = [];
  await serve(noAccessLog); // until the code is warm
  for (let round = 0; round < ROUNDS; round++) {
    const off = await serve(noAccessLog);
    const place = join(folder, String(round));
    const log = logIn(place);
    const site = new SiteLog("W3SVC-default");
    site.writer = log;
    const on = await serve(site);
    await log.close();
    rounds.push({ off, on, missing: Math.max(0, on.answers - linesIn(place)) });
  }
  const row = (round: number | string, off: Round, on: Round, missing: number): Row => ({
    round,
    "off/s": rate(off),
    "on/s": rate(on),
    "off CPU µs": off.answerUs,
    "on CPU µs": on.answerUs,
    "ratio of CPU": off.answerUs / on.answerUs,
    "lines missing": missing,
  });
  const missing = rounds.reduce((sum, it) => sum + it.missing, 0);
  const [off, on] = [cheapest(rounds.map((it) => it.off)), cheapest(rounds.map((it) => it.on))];
  return [
    ...rounds.map((it, index) => row(index + 1, it.off, it.on, it.missing)),
    ...(off === undefined || on === undefined ? [] : [row("best of each", off, on, missing)]),
  ];
}

const rate = ({ answers }: Round): number => Math.round((answers * 1000) / SERVED_MS);

/** Whatever else the machine does only adds to a round. */
const cheapest = (rounds: readonly Round[]): Round | undefined =>
  rounds.toSorted((left, right) => left.answerUs - right.answerUs)[0];

const linesIn = (folder: string): number =>
  readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), "latin1").split("\n"))
    .filter((it) => it !== "" && !it.startsWith("#")).length;

/** Answers in the time of one round, asked by a process of its own. */
async function serve(log: AccessLog): Promise<Round> {
  const server = createServer({ noDelay: true }, (socket) => answer(socket, log));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = Bun.spawn(
    [process.execPath, join(import.meta.dir, "log-client.ts"), String(port), String(CONNECTIONS), String(SERVED_MS)],
    { stderr: "inherit" },
  );
  const begun = process.cpuUsage();
  const answers = Number(await new Response(client.stdout).text());
  const answerUs = microseconds(begun) / answers;
  await client.exited;
  await new Promise((resolve) => server.close(resolve));
  return { answers, answerUs };
}

const END = "\r\n\r\n";
const reply = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${BODY_BYTES}\r\n\r\n${"x".repeat(BODY_BYTES)}`,
);
const traces = new TraceSource(systemClock, secureRandomness);

/** As little of a web server as can be logged: whatever a real one does besides makes the log cost less of it. */
function answer(socket: Socket, log: AccessLog): void {
  const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = socket;
  const client = { address: remoteAddress, port: remotePort };
  const ends = new Ends(client, { address: localAddress, port: localPort }, traces.next());
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    const given = chunk.toString("latin1");
    for (let start = 0, end = given.indexOf(END); end >= 0; start = end + END.length, end = given.indexOf(END, start)) {
      const target = given.indexOf(" ", start) + 1;
      const targetEnd = given.indexOf(" ", target);
      const query = given.indexOf("?", target);
      socket.write(reply);
      if (!log.on) continue;
      const record = accessRecord();
      record.atMs = Date.now();
      record.ends = ends;
      record.method = given.slice(start, target - 1);
      record.uriStem = given.slice(target, query < 0 ? targetEnd : query);
      record.uriQuery = query < 0 ? "" : given.slice(query + 1, targetEnd);
      record.userAgent = header(given, "\r\nUser-Agent: ", start);
      record.referer = header(given, "\r\nReferer: ", start);
      record.status = 200;
      record.bytesSent = reply.length;
      record.timeTakenMs = 0;
      log.write(record);
    }
  });
}

function header(given: string, name: string, start: number): string {
  const at = given.indexOf(name, start) + name.length;
  return given.slice(at, given.indexOf("\r\n", at));
}
