// What mail servers keep in memory: all processes of each under the same load, and what a session costs that is open and
// says nothing.
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, fromSources } from "../test/program/program.ts";
import { Crowd } from "./crowd.ts";
import { familyBytes } from "./family-usage.ts";
import { load } from "./mail-load.ts";
import { type MailServer, ourServer, withServers } from "./mail-servers.ts";
import { MailSink } from "./mail-sink.ts";
import type { Bench } from "./main.ts";
import { median } from "./pace.ts";
import type { Row } from "./table.ts";

const BUSY_CONNECTIONS = 50;
const BUSY_SECONDS = 8;
const IDLE_SESSIONS = 2000;
/** Between two looks; a look at a Postfix of that many processes takes some of that itself. */
const LOOK_MS = 500;
/** What a server lays aside for later is given back by then. */
const SETTLED_MS = 5000;

export const benches: readonly Bench[] = [
  {
    name: "mail-memory",
    measures:
      `All processes of a mail server together, by PSS (pages are divided among those that share them, which are its own), at rest and ` +
      `with ${BUSY_CONNECTIONS} connections that hand in 4 KB and have it handed on: the middle of what was seen in the second half of the time. ` +
      `Then ${IDLE_SESSIONS.toLocaleString("en")} sessions of ours that come at once, and say nothing once greeted.`,
    run: async () => {
      using runtime = new OwnRuntime();
      const { command } = runtime;
      await using sink = await MailSink.open();
      const rows = await withServers({ host: sink.port, answers: true, command }, async (servers) => {
        const rest: Record<string, number> = {};
        for (const [name, { pid }] of servers) rest[name] = mebibytes(familyBytes(pid));
        const busy: Record<string, number> = {};
        for (const [name, server] of servers) busy[name] = await busyMebibytes(server);
        return [rowOf("at rest, MiB", rest, ""), rowOf(`${BUSY_CONNECTIONS} busy connections, MiB`, busy, 1.5)];
      });
      return [...rows, ...(await idleSessions(sink.port, command))];
    },
  },
];

/** A bar without a ratio is for our figure itself. */
const rowOf = (what: string, of: Readonly<Record<string, number>>, bar: number | ""): Row => ({
  what,
  inetsrv: of.inetsrv ?? "",
  Postfix: of.Postfix ?? "",
  Exim: of.Exim ?? "",
  ratio: of.Postfix === undefined ? "" : (of.inetsrv ?? Number.NaN) / of.Postfix,
  bar,
});

async function busyMebibytes({ port, pid }: MailServer): Promise<number> {
  const order = { port, connections: BUSY_CONNECTIONS, bytes: 4096, pipelines: true, secondsMax: BUSY_SECONDS };
  const seen: number[] = [];
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      await Bun.sleep(LOOK_MS);
      seen.push(familyBytes(pid));
    }
  })();
  await load(order);
  isOver = true;
  await looking;
  // Some make their processes one after the other.
  return mebibytes(median(seen.slice(seen.length / 2)));
}

async function idleSessions(host: number, command: Command): Promise<readonly Row[]> {
  await using server = await ourServer(host, command);
  await Bun.sleep(SETTLED_MS);
  const before = familyBytes(server.pid);
  await using crowd = await Crowd.gather({ port: server.port, count: IDLE_SESSIONS, abreast: IDLE_SESSIONS });
  const { heard, seconds } = crowd.gathering;
  await Bun.sleep(SETTLED_MS);
  const kilobytes = (familyBytes(server.pid) - before) / 1024 / IDLE_SESSIONS;
  return [
    rowOf("sessions that were greeted", { inetsrv: heard }, IDLE_SESSIONS),
    rowOf("until the last was greeted, s", { inetsrv: seconds }, 1),
    rowOf("each of them, KiB", { inetsrv: kilobytes }, 10),
  ];
}

/**
 * The runtime as a file that only our server is started from. The client, the host and this bench run on it too, and would
 * take a share of its pages.
 */
class OwnRuntime implements Disposable {
  private readonly folder = mkdtempSync(join(tmpdir(), "bench-runtime-"));

  get command(): Command {
    return [join(this.folder, "bun"), ...fromSources.slice(1)];
  }

  constructor() {
    // The server gives up the rights of root, and starts itself again after that.
    chmodSync(this.folder, 0o755);
    copyFileSync(process.execPath, join(this.folder, "bun"));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const mebibytes = (bytes: number): number => bytes / 2 ** 20;
