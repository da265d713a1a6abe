// What the way in takes of a crowd: ten thousand who come in one moment, and ten thousand who stay and are silent. The server
// is the real program as it is by default, with its logs on; the crowd is a process of its own.
import { processUsage } from "../src/supervisor/process-usage.ts";
import { CertificateFiles } from "./certificate-files.ts";
import { Crowd, type CrowdOrder } from "./crowd.ts";
import type { Bench } from "./main.ts";
import { median } from "./pace.ts";
import { PeerServer } from "./peer-server.ts";
import { RealServer } from "./real-server.ts";
import type { Row } from "./table.ts";

const CROWD = 10_000;
const RUSHES = 3;

export const benches: readonly Bench[] = [
  {
    name: "front-rush",
    measures:
      `${CROWD.toLocaleString("en")} clients that connect in one moment, ${RUSHES} times in turn with nginx and its usual queue: seconds until ` +
      "the last was greeted, and how many never were. Who finds no room in the queue comes again after a second. The bar is 2 s.",
    run: rush,
  },
  {
    name: "front-idle",
    measures:
      `Memory of the worker for each of ${CROWD.toLocaleString("en")} connections that say nothing more, by what it alone has resident, once ` +
      "that is the same for three seconds; a crowd of 500 has come and gone before. The bars are 5, 15 and 5 KB.",
    run: async () => {
      using certificate = new CertificateFiles();
      const secured = { certificate: "bench", secureBindings: ["127.0.0.1:0"] };
      const rows: Row[] = [];
      for (const { session, service, secure, question } of sessions) {
        await using server = await RealServer.up({
          certificate,
          services: { [service]: { sites: { default: secured } } },
        });
        const port = await (secure ? server.securePort(service) : server.port(service));
        rows.push({
          session,
          ...(await idle(await server.worker(service), { port, count: CROWD, abreast: 16, secure, question })),
        });
      }
      return rows;
    },
  },
];

const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

const sessions = [
  { session: "SMTP, greeted", service: "smtp", secure: false, question: "" },
  { session: "SMTP under TLS, greeted", service: "smtp", secure: true, question: "" },
  { session: "HTTP, one request answered", service: "www", secure: false, question: request },
  { session: "HTTP under TLS, one request answered", service: "www", secure: true, question: request },
] as const;

async function rush(): Promise<readonly Row[]> {
  using certificate = new CertificateFiles();
  await using ours = await RealServer.up({ services: { smtp: {} } });
  await using nginx = await PeerServer.nginx(certificate);
  const mail = nginx?.ports[2];
  const sides = [
    { server: "inetsrv", port: await ours.port("smtp"), crowds: [] as Crowd["gathering"][] },
    ...(mail === undefined ? [] : [{ server: "nginx mail", port: mail, crowds: [] as Crowd["gathering"][] }]),
  ];
  for (let round = 0; round < RUSHES; round++)
    for (const { port, crowds } of sides) {
      await using crowd = await Crowd.gather({ port, count: CROWD, abreast: CROWD });
      crowds.push(crowd.gathering);
    }
  const rows = sides.map(({ server, crowds }): Row => {
    const seconds = crowds.map((it) => it.seconds);
    const lost = Math.max(...crowds.map((it) => it.lost));
    return {
      server,
      "first s": seconds[0] ?? "-",
      "median s": median(seconds),
      "worst s": Math.max(...seconds),
      "most lost": lost,
    };
  });
  const missing: Row = {
    server: "nginx (not installed)",
    "first s": "-",
    "median s": "-",
    "worst s": "-",
    "most lost": "-",
  };
  return mail === undefined ? [...rows, missing] : rows;
}

async function idle(pid: number, order: CrowdOrder): Promise<Row> {
  await (await Crowd.gather({ ...order, count: 500 }))[Symbol.asyncDispose]();
  const before = await settledBytes(pid);
  await using crowd = await Crowd.gather(order);
  const eachBytes = ((await settledBytes(pid)) - before) / crowd.gathering.heard;
  return { connections: crowd.gathering.heard, "KB each": eachBytes / 1024 };
}

const LOOK_AGAIN_MS = 1000;
const SETTLED = 0.005;
const LOOKS_MAX = 30;

/** The runtime gives back what it can while it is left alone: nobody can ask a worker from outside to do so at once. */
async function settledBytes(pid: number): Promise<number> {
  let [bytes, same] = [Number.NaN, 0];
  for (let look = 0; look < LOOKS_MAX && same < 3; look++) {
    await Bun.sleep(LOOK_AGAIN_MS);
    const now = processUsage(pid)?.memoryBytes ?? Number.NaN;
    same = Math.abs(now - bytes) <= now * SETTLED ? same + 1 : 0;
    bytes = now;
  }
  return bytes;
}
