// Files by the real program beside nginx, lighttpd and Caddy, which serve the same folder in turn with it.
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CertificateFiles } from "./certificate-files.ts";
import type { Bench } from "./main.ts";
import { median, type Pace, paces } from "./pace.ts";
import type { Row } from "./table.ts";
import { h2loadIsThere, randomly, streamsLoad, type WebLoad, webLoad, wrkIsThere } from "./web-load.ts";
import { WebFolder, type WebServer, type WebServerName, withWebServers } from "./web-servers.ts";

const ROUNDS = 5;
const ROUND_SECONDS = 1;

interface Case {
  readonly what: string;
  readonly file: string;
  readonly secure?: boolean;
  readonly fields?: readonly string[];
  /** One of so many, by chance. */
  readonly files?: number;
  readonly connections: readonly number[];
  /** To nginx. */
  readonly bar?: number;
}

const [few, usual, many] = [16, 64, 512];
const day = new Date("2026-01-01T00:00:00Z");
const since = `If-Modified-Since: ${day.toUTCString()}`;

const inClear: readonly Case[] = [
  { what: "1 KB", file: "small.html", connections: [few, usual, many], bar: 1.15 },
  { what: "100 KB", file: "middle.bin", connections: [few, usual, many], bar: 2 },
  { what: "10 MB", file: "large.bin", connections: [few, usual], bar: 1.5 },
  { what: "304", file: "small.html", fields: [since], connections: [usual], bar: 1 },
  { what: "1 KB of 10 MB", file: "large.bin", fields: ["Range: bytes=5000000-5001023"], connections: [usual], bar: 1 },
  { what: "precompressed", file: "page.html", fields: ["Accept-Encoding: gzip"], connections: [usual], bar: 1.2 },
  { what: "1 KB, closing", file: "small.html", fields: ["Connection: close"], connections: [usual], bar: 1 },
];
const underTls: readonly Case[] = [
  { what: "TLS, 1 KB", file: "small.html", connections: [few, usual, many], bar: 1 },
  { what: "TLS, 10 MB", file: "large.bin", connections: [few], bar: 0.9 },
  { what: "TLS, closing", file: "small.html", fields: ["Connection: close"], connections: [usual], bar: 0.9 },
].map((it) => ({ ...it, secure: true }));

/** The second are more than our memory for files holds. */
const manyFiles: readonly Case[] = [5000, 40_000].map((files) => ({
  what: `1 KB, ${files} files`,
  file: "many/",
  files,
  connections: [usual],
}));
const FILES_IN_FOLDER = 100;

const streamCases = [
  { file: "small.html", connections: few, streams: 32 },
  { file: "small.html", connections: 100, streams: 1 },
  { file: "middle.bin", connections: 8, streams: 16 },
] as const;

export const benches: readonly Bench[] = [
  {
    name: "web-requests",
    measures: measuresOf("wrk on one thread"),
    run: () => besidePeers(inClear),
  },
  {
    name: "web-requests-tls",
    measures: measuresOf("wrk on one thread, which makes a new session for each connection"),
    run: () => besidePeers(underTls),
  },
  {
    name: "web-files",
    measures: measuresOf("wrk on one thread for one of so many files, by chance"),
    run: () => besidePeers(manyFiles),
  },
  {
    name: "web-streams",
    measures:
      "Requests of HTTP/2 under TLS in a second by h2load on one thread, so many at a time on each of so many connections, beside " +
      "nginx and lighttpd, with the processor's time of each server for one.",
    run: streams,
  },
];

function measuresOf(client: string): string {
  return (
    `Requests in a second by ${client}, on so many connections or, where they close, with one for each request; access logs on, one ` +
    "process each. How many times those of the others ours are, by the rate and by the processor's time of the servers (CPU), and how " +
    "many times nginx's the time is within which 99 of 100 are answered (p99). The bars are for the rate beside nginx; beside lighttpd " +
    "it is 0.9 for 1 KB, and for p99 it is 2."
  );
}

async function besidePeers(cases: readonly Case[]): Promise<readonly Row[]> {
  if (!wrkIsThere) throw new Error("wrk is not installed");
  return await withFolder(async (servers, folder) => {
    const rows: Row[] = [];
    for (const it of cases) {
      const script = it.files === undefined ? undefined : writeMany(folder, it.files);
      for (const connections of it.connections) rows.push(await compared(it, connections, servers, script));
    }
    return rows;
  });
}

/** The script that asks for them. */
function writeMany(folder: string, files: number): string {
  for (let index = 0; index < files; index++) {
    const within = join(folder, "many", String(Math.floor(index / FILES_IN_FOLDER)));
    if (index % FILES_IN_FOLDER === 0) mkdirSync(within, { recursive: true });
    writeFileSync(join(within, `${index}.html`), Buffer.alloc(1024, "x"));
  }
  const path = `"/many/" .. math.floor(index / ${FILES_IN_FOLDER}) .. "/" .. index .. ".html"`;
  return randomly(join(folder, `many-${files}.lua`), files, `wrk.format("GET", ${path})`);
}

type WithServers = (servers: readonly WebServer[], folder: string) => Promise<readonly Row[]>;

async function withFolder(run: WithServers): Promise<readonly Row[]> {
  using certificate = new CertificateFiles();
  using folder = new WebFolder();
  const write = (name: string, content: Buffer): void => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    utimesSync(path, day, day);
  };
  const page = Buffer.from(Array.from({ length: 600 }, (_, line) => `<p>Line ${line} of a page</p>\n`).join(""));
  write("small.html", Buffer.alloc(1024, "x"));
  write("middle.bin", Buffer.alloc(100 * 1024, "x"));
  write("large.bin", Buffer.alloc(10 * 1024 * 1024, "x"));
  write("page.html", page);
  write("page.html.gz", gzipSync(page));
  return await withWebServers(folder.path, certificate, (servers) => run(servers, folder.path));
}

type Measured = Pace & Pick<WebLoad, "p99Ms">;

async function compared(
  it: Case,
  connections: number,
  servers: readonly WebServer[],
  script: string | undefined,
): Promise<Row> {
  const latencies = servers.map((): number[] => []);
  const sides = servers.map((server, index) => ({
    pid: server.pid,
    work: async () => {
      const { requests, p99Ms } = await webLoad({
        url: `${it.secure === true ? `https://127.0.0.1:${server.securePort}` : `http://127.0.0.1:${server.port}`}/${it.file}`,
        connections,
        seconds: ROUND_SECONDS,
        ...(it.fields === undefined ? {} : { fields: it.fields }),
        ...(script === undefined ? {} : { script }),
      });
      latencies[index]?.push(p99Ms);
      return requests;
    },
  }));
  const figures = await paces(sides, ROUNDS);
  const of = (name: WebServerName): Measured | undefined => {
    const index = servers.findIndex((server) => server.name === name);
    const pace = figures[index];
    return pace && { ...pace, p99Ms: median(latencies[index]?.slice(-ROUNDS) ?? []) };
  };
  const ours = of("inetsrv");
  if (ours === undefined) throw new Error("ours is always there");
  const [nginx, lighttpd, caddy] = [of("nginx"), of("lighttpd"), of("Caddy")];
  return {
    what: it.what,
    on: connections,
    "k/s": ours.perSecond / 1000,
    nginx: times(ours.perSecond, nginx?.perSecond),
    bar: it.bar ?? "-",
    CPU: times(nginx?.cpuMs, ours.cpuMs),
    p99: times(ours.p99Ms, nginx?.p99Ms),
    lighttpd: times(ours.perSecond, lighttpd?.perSecond),
    "its CPU": times(lighttpd?.cpuMs, ours.cpuMs),
    Caddy: times(ours.perSecond, caddy?.perSecond),
  };
}

const times = (one: number | undefined, other: number | undefined): number | string =>
  one === undefined || other === undefined ? "-" : one / other;

async function streams(): Promise<readonly Row[]> {
  if (!h2loadIsThere) throw new Error("h2load is not installed");
  return await withFolder(async (all) => {
    const servers = all.filter(({ name }) => name !== "Caddy");
    const rows: Row[] = [];
    for (const { file, connections, streams: atATime } of streamCases) {
      const order = { connections, streams: atATime, seconds: ROUND_SECONDS };
      const sides = servers.map(({ pid, securePort }) => ({
        pid,
        work: () => streamsLoad({ ...order, url: `https://127.0.0.1:${securePort}/${file}` }),
      }));
      const figures = await paces(sides, ROUNDS);
      const [ours] = figures;
      for (const [index, { name }] of servers.entries()) {
        const figure = figures[index];
        rows.push({
          file,
          connections,
          streams: atATime,
          server: name,
          "k/s": (figure?.perSecond ?? Number.NaN) / 1000,
          "CPU µs": (figure?.cpuMs ?? Number.NaN) * 1000,
          "ours to it": times(ours?.perSecond, figure?.perSecond),
          "by CPU": times(figure?.cpuMs, ours?.cpuMs),
        });
      }
    }
    return rows;
  });
}
