// Thousands of web sites on one port, told apart by host name: what they cost beside one, what one more costs those that are there,
// and what the same takes nginx.
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { JsonObject } from "../src/base/json.ts";
import { Ground } from "../test/program/ground.ts";
import { familyOf } from "../test/program/processes.ts";
import { CertificateFiles } from "./certificate-files.ts";
import { familyBytes } from "./family-usage.ts";
import { freePort } from "./free-port.ts";
import type { Bench } from "./main.ts";
import { median, paces } from "./pace.ts";
import { PeerServer } from "./peer-server.ts";
import type { Row } from "./table.ts";
import { randomly, webLoad, wrkIsThere } from "./web-load.ts";
import { nginxRecipe, WebFolder } from "./web-servers.ts";

const SITES = 10_000;
const ADDED = 25;
const KEPT_CONNECTIONS = 100;
const ROUNDS = 5;
const ROUND_SECONDS = 1;
/** Until each site was asked and has begun its log: these are sites that are up, not such as have just come. */
const WARM_ROUNDS = 15;
const CONNECTIONS = 64;
const PATIENCE_MS = 60_000;

export const benches: readonly Bench[] = [
  {
    name: "web-sites",
    measures:
      `${SITES.toLocaleString("en")} sites of one port by host name beside one site, and beside nginx, which has one log for all of them as ours may have (accessLogPer): from the start to serving; memory of all processes; ` +
      `requests for 1 KB in a second, each for another host at random, after ${WARM_ROUNDS} seconds of such; and ${ADDED} sites added one after the other, from the order until a client ` +
      `has its page from the new one (middle and worst), while ${KEPT_CONNECTIONS} connections of other sites stay. The bars: as many requests as 0.95 of one site's, 50 ms.`,
    run,
  },
];

const hostOf = (index: number): string => `site-${index}.example`;

async function run(): Promise<readonly Row[]> {
  if (!wrkIsThere) throw new Error("wrk is not installed");
  using folder = new WebFolder();
  writeFileSync(join(folder.path, "small.html"), Buffer.alloc(1024, "x"));
  const ours = [
    await oursWith(1, "site", folder),
    await oursWith(SITES, "site", folder),
    await oursWith(SITES, "service", folder),
  ];
  const rates = await ratesOf(folder, ...ours);
  const rows = ours.map(({ row }, index): Row => ({ ...row, "k/s": (rates[index] ?? Number.NaN) / 1000 }));
  for (const it of ours) await it.ground[Symbol.asyncDispose]();
  for (const count of [1, SITES]) {
    const nginx = await nginxRow(count, folder);
    if (nginx !== undefined) rows.push(nginx);
  }
  return rows;
}

interface Ours {
  readonly ground: Ground;
  readonly port: number;
  readonly pid: number;
  readonly row: Row;
}

async function oursWith(count: number, accessLogPer: "site" | "service", folder: WebFolder): Promise<Ours> {
  const port = freePort();
  const site = (index: number): JsonObject => ({
    path: folder.path,
    bindings: [`127.0.0.1:${port}:${hostOf(index)}`],
  });
  const sites = Object.fromEntries(Array.from({ length: count }, (_, index) => [`site-${index}`, site(index)]));
  const ground = await Ground.up({
    services: ["www"],
    document: { www: { connectionsMax: 100_000, accessLogPer, sites: { ...sites, default: { bindings: [] } } } },
  });
  ground.server.child.kill("SIGTERM");
  await ground.server.ended();
  const begun = performance.now();
  const [server, startMs] = await Promise.all([
    ground.restart(),
    answered(port, hostOf(count - 1)).then(() => performance.now() - begun),
  ]);
  const kept = await Promise.all(Array.from({ length: KEPT_CONNECTIONS }, () => Kept.open(port, hostOf(0))));
  const tookMs: number[] = [];
  for (let index = count; index < count + ADDED; index++) {
    const added = performance.now();
    await ground.apply({ www: { sites: { [`site-${index}`]: site(index) } } });
    await answered(port, hostOf(index));
    tookMs.push(performance.now() - added);
  }
  for (const it of kept) await it.ask();
  for (const it of kept) it.end();
  const [worker] = await server.workers("www");
  const row = {
    server: "inetsrv",
    sites: count,
    logs: accessLogPer === "site" ? count : 1,
    "start ms": startMs,
    MiB: familyBytes(server.pid) / 2 ** 20,
    "one more ms": median(tookMs),
    "worst ms": Math.max(...tookMs),
  };
  return { ground, port, pid: worker ?? Number.NaN, row };
}

/** Of one and of many, asked in turn, with as many names as there are sites. */
async function ratesOf(folder: WebFolder, ...servers: readonly Ours[]): Promise<readonly number[]> {
  const sides = servers.map(({ port, pid, row }) => ({ pid, work: () => requests(folder, port, Number(row.sites)) }));
  return (await paces(sides, ROUNDS, WARM_ROUNDS)).map((it) => it.perSecond);
}

async function requests(folder: WebFolder, port: number, names: number): Promise<number> {
  const host = `wrk.format("GET", "/small.html", { Host = "site-" .. index .. ".example" })`;
  const order = {
    url: `http://127.0.0.1:${port}/small.html`,
    connections: CONNECTIONS,
    seconds: ROUND_SECONDS,
    script: randomly(join(folder.path, `hosts-${names}.lua`), names, host),
  };
  return (await webLoad(order)).requests;
}

async function nginxRow(count: number, folder: WebFolder): Promise<Row | undefined> {
  using certificate = new CertificateFiles();
  const sites = (length: number) => (port: number, secure: number) =>
    [
      `server { listen 127.0.0.1:${secure} ssl; ssl_certificate ${certificate.chain}; ssl_certificate_key ${certificate.key}; }`,
      ...Array.from(
        { length },
        (_, index) => `server { listen 127.0.0.1:${port}; server_name ${hostOf(index)}; root ${folder.path}; }`,
      ),
    ].join("\n");
  const begun = performance.now();
  await using nginx = await PeerServer.start(nginxRecipe(sites(count), "with-master"));
  if (nginx === undefined) return undefined;
  const [port = 0] = nginx.ports;
  await answered(port, hostOf(count - 1));
  const startMs = performance.now() - begun;
  const bytes = familyBytes(nginx.pid);
  const [worker = nginx.pid] = familyOf(nginx.pid).filter((it) => it !== nginx.pid);
  const side = { pid: worker, work: () => requests(folder, port, count) };
  const [pace] = await paces([side], ROUNDS, WARM_ROUNDS);
  const changed = performance.now();
  nginx.reload(nginxRecipe(sites(count + 1), "with-master"));
  await answered(port, hostOf(count));
  const reloadMs = performance.now() - changed;
  return {
    server: "nginx",
    sites: count,
    logs: 1,
    "start ms": startMs,
    MiB: bytes / 2 ** 20,
    "one more ms": reloadMs,
    "worst ms": reloadMs,
    "k/s": (pace?.perSecond ?? Number.NaN) / 1000,
  };
}

/** Until a client gets the page from that host, on a connection of its own each time, without a pause in between. */
async function answered(port: number, host: string): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs; ) {
    const isThere = await Kept.open(port, host).then(
      (kept) => kept.ask().finally(() => kept.end()),
      () => false,
    );
    if (isThere) return;
  }
  throw new Error(`${host} does not answer`);
}

/** A connection that asks when it is told to. */
class Kept {
  private readonly socket: Socket;
  private readonly host: string;

  private constructor(socket: Socket, host: string) {
    this.socket = socket;
    this.host = host;
  }

  static open(port: number, host: string): Promise<Kept> {
    const socket = connect({ port, host: "127.0.0.1" });
    return new Promise((resolve, reject) =>
      socket.once("error", reject).once("connect", () => resolve(new Kept(socket, host))),
    );
  }

  /** Whether it was answered with the page. */
  ask(): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.socket.once("data", (chunk) => resolve(chunk.includes("200 OK")));
    this.socket.once("close", () => reject(new Error(`${this.host} ended a connection that was kept`)));
    this.socket.write(`HEAD /small.html HTTP/1.1\r\nHost: ${this.host}\r\n\r\n`);
    return promise;
  }

  end(): void {
    this.socket.removeAllListeners("close").destroy();
  }
}
