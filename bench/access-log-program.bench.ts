// What access logs leave of the real program: two sites of one service, one with its log on and one without, asked in turn.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { JsonObject } from "../src/base/json.ts";
import { load } from "./mail-load.ts";
import { MailSink } from "./mail-sink.ts";
import type { Bench } from "./main.ts";
import { median, type Pace, type Side, turns } from "./pace.ts";
import { RealServer } from "./real-server.ts";
import type { Row } from "./table.ts";

/**
 * Two rounds of the same differ by several of a hundred, as the machine gets slower and quicker all the time, and the bar is five.
 * So they are many and short, each is compared with the one beside it, and the middle of that counts.
 */
interface Rounds {
  readonly count: number;
  readonly seconds: number;
}

/** wrk knows whole seconds only. */
const ofRequests: Rounds = { count: 25, seconds: 1 };
/** A process begins with each. */
const ofMessages: Rounds = { count: 50, seconds: 0.5 };
const ofCommands: Rounds = { count: 100, seconds: 0.2 };
const CONNECTIONS = 32;
const MAIL_CONNECTIONS = 10;

export const benches: readonly Bench[] = [
  {
    name: "access-log-program",
    measures:
      `HTTP requests by wrk on ${CONNECTIONS} kept connections; messages of 4 KB over SMTP on ${MAIL_CONNECTIONS}, on the disk before they are answered; ` +
      `and SMTP commands that do nothing, one at a time on ${CONNECTIONS} and pipelined on one, ` +
      "in thousands a second; with the log on, with it off, what is left of the rate, and by the processor's time. Server and client " +
      "have a core each, if taskset is at hand. The bar is 0.95. The last row is no load that a service has: it shows what a line " +
      "costs where next to nothing is done for it.",
    run: async () => [
      ...(Bun.which("wrk") === null ? [] : [await compared("HTTP requests", "www", ofRequests, requests, welcome)]),
      await messages(),
      await compared("SMTP, one at a time", "smtp", ofCommands, (port) => commands(port, CONNECTIONS, 1)),
      await compared("SMTP, pipelined", "smtp", ofCommands, (port) => commands(port, 1, 5000)),
    ],
  },
];

/** The host to which they go is silent, so that taking them is all there is to do. */
async function messages(): Promise<Row> {
  await using silent = await MailSink.open("silent");
  const more = { relay: ["relay 127.0.0.1"], smartHost: `[127.0.0.1]:${silent.port}` };
  const order = { connections: MAIL_CONNECTIONS, bytes: 4096, pipelines: true, secondsMax: ofMessages.seconds };
  const work = async (port: number) => (await load({ ...order, port })).messages;
  return await compared("SMTP messages", "smtp", ofMessages, work, more);
}

/** Pieces of work done in a round. */
type Work = (port: number) => Promise<number>;

/** Both sites show the same page. */
const welcome = { path: "content/default" };

async function compared(
  what: string,
  service: string,
  rounds: Rounds,
  work: Work,
  more: JsonObject = {},
): Promise<Row> {
  const site = (accessLog: string): JsonObject => ({ accessLog, bindings: ["127.0.0.1:0"], ...more });
  const sites = { default: site("w3c"), silent: site("off") };
  await using server = await RealServer.up({ services: { [service]: { sites } } });
  const pid = await server.worker(service);
  const ports = [await server.port(service), await server.port(service, "silent")];
  using _cores = onOwnCores(pid);
  const sides = ports.map((port): Side => ({ pid, work: () => work(port) }));
  const all = await turns(sides, rounds.count);
  return row(
    what,
    all.map(([on = none, off = none]) => ({ on, off })),
  );
}

/**
 * Who wakes the other on his own core takes it from him, more often the slower he is: that would count twice. Other benches of
 * this process find all cores again.
 */
function onOwnCores(server: number): Disposable {
  const status = readFileSync("/proc/self/status", "latin1"); // system path
  const before = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1];
  if (before === undefined || Bun.which("taskset") === null) return { [Symbol.dispose]() {} };
  const keep = (pid: number, cores: string) =>
    Bun.spawnSync(["taskset", "--all-tasks", "--cpu-list", "--pid", cores, `${pid}`]);
  keep(server, "0");
  keep(process.pid, "1");
  return { [Symbol.dispose]: () => void keep(process.pid, before) };
}

const none: Pace = { perSecond: Number.NaN, cpuMs: Number.NaN };

function row(what: string, all: readonly { readonly on: Pace; readonly off: Pace }[]): Row {
  const middle = (figure: (it: { readonly on: Pace; readonly off: Pace }) => number) => median(all.map(figure));
  return {
    what,
    "on k/s": middle(({ on }) => on.perSecond) / 1000,
    "off k/s": middle(({ off }) => off.perSecond) / 1000,
    "ratio of rates": middle(({ on, off }) => on.perSecond / off.perSecond),
    "on CPU µs": middle(({ on }) => on.cpuMs) * 1000,
    "off CPU µs": middle(({ off }) => off.cpuMs) * 1000,
    "ratio of CPU": middle(({ on, off }) => off.cpuMs / on.cpuMs),
  };
}

async function requests(port: number): Promise<number> {
  const words = ["-t1", `-c${CONNECTIONS}`, `-d${ofRequests.seconds}s`, `http://127.0.0.1:${port}/`];
  const child = Bun.spawn(["wrk", ...words], { stdio: ["ignore", "pipe", "inherit"] });
  return Number(/^\s*(\d+) requests in /m.exec(await child.stdout.text())?.[1]);
}

/** So many at once on each of the connections, and again when all of them are answered. */
async function commands(port: number, connections: number, together: number): Promise<number> {
  const endMs = performance.now() + ofCommands.seconds * 1000;
  const chunk = Buffer.from("NOOP\r\n".repeat(together));
  const counts = Array.from({ length: connections }, async () => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let answered = -1; // the greeting is none
    await new Promise<void>((resolve, reject) => {
      let missing = 1;
      socket.on("error", reject).on("close", resolve);
      socket.on("data", (heard: Buffer) => {
        const lines = linesIn(heard);
        answered += lines;
        missing -= lines;
        if (missing > 0) return;
        if (performance.now() > endMs) return void socket.destroy();
        missing = together;
        socket.write(chunk);
      });
    });
    return answered;
  });
  return (await Promise.all(counts)).reduce((sum, it) => sum + it, 0);
}

function linesIn(heard: Buffer): number {
  let lines = 0;
  for (let at = heard.indexOf(10); at >= 0; at = heard.indexOf(10, at + 1)) lines++;
  return lines;
}
