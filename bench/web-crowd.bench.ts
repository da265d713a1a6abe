// Many who hold a connection to a web server and ask little: what each costs that asks nothing more, and what somebody notices of
// those whose requests never end.
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { CertificateFiles } from "./certificate-files.ts";
import { Crowd } from "./crowd.ts";
import { familyBytes } from "./family-usage.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";
import { WebFolder, type WebServer, withWebServers } from "./web-servers.ts";

const IDLE = 5000;
/** They come and go before anything is looked at. */
const EARLIER = 500;
const SETTLED_MS = 5000;
const SLOW = 400;
const ASKED = 200;
const BETWEEN_MS = 10;

const GET = "GET /small.html HTTP/1.1\r\nHost: localhost\r\n";

export const benches: readonly Bench[] = [
  {
    name: "web-crowd",
    measures:
      `Memory of the process for each of ${IDLE.toLocaleString("en")} kept connections, in clear and under TLS, that had one answer and ask nothing ` +
      `more (bar: twice nginx's); and how long an ordinary request takes, each on a connection of its own, while ${SLOW} others have sent half of ` +
      "theirs (the middle, 99 in 100, and the worst; the bar is 10 ms).",
    run,
  },
];

async function run(): Promise<readonly Row[]> {
  using certificate = new CertificateFiles();
  using folder = new WebFolder();
  writeFileSync(join(folder.path, "small.html"), Buffer.alloc(1024, "x"));
  return await withWebServers(folder.path, certificate, async (servers) => {
    const rows: Row[] = [];
    for (const server of servers) {
      const slow = await besideSlow(server);
      rows.push({
        server: server.name,
        "KB each": await idleKilobytes(server, false),
        "KB each, TLS": await idleKilobytes(server, true),
        "middle ms": at(slow, 0.5),
        "p99 ms": at(slow, 0.99),
        "worst ms": at(slow, 1),
      });
    }
    return rows;
  });
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

async function idleKilobytes({ pid, port, securePort }: WebServer, secure: boolean): Promise<number> {
  const order = { port: secure ? securePort : port, abreast: 16, secure, question: `${GET}\r\n` };
  await (await Crowd.gather({ ...order, count: EARLIER }))[Symbol.asyncDispose]();
  await Bun.sleep(SETTLED_MS);
  const before = familyBytes(pid);
  await using crowd = await Crowd.gather({ ...order, count: IDLE });
  await Bun.sleep(SETTLED_MS);
  return (familyBytes(pid) - before) / 1024 / crowd.gathering.heard;
}

/** Milliseconds of each ordinary request, sorted. */
async function besideSlow({ port }: WebServer): Promise<readonly number[]> {
  const slow = Array.from({ length: SLOW }, () => connect({ port, host: "127.0.0.1" }).on("error", () => {}));
  await Promise.all(slow.map((it) => new Promise((resolve) => it.once("connect", resolve))));
  for (const it of slow) it.write(GET);
  const dripping = setInterval(() => {
    for (const it of slow) it.write("X-A: b\r\n");
  }, 1000);
  const took: number[] = [];
  for (let index = 0; index < ASKED; index++) {
    const begun = performance.now();
    await answered(port);
    took.push(performance.now() - begun);
    await Bun.sleep(BETWEEN_MS);
  }
  clearInterval(dripping);
  for (const it of slow) it.destroy();
  return took.sort((left, right) => left - right);
}

const answered = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(`${GET}\r\n`));
    socket.once("error", reject).once("data", () => {
      socket.destroy();
      resolve();
    });
  });
