// The attacks of slowhttptest against a web site of the real program: heads that never end, bodies that drip, ranges without
// number, and clients that hardly read. They come to their end, in bounded memory, while ordinary clients are served.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { linesIn } from "./access-lines.ts";
import { needing, runClient } from "./client.ts";
import { peakMemoryOf, socketsOf } from "./descriptors.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";

/** Far more than the buffers of the system hold. */
const LARGE_BYTES = 8 * 1024 * 1024;
/** Of a worker, from its first request on: what is asked for is a gigabyte and more. */
const MEMORY_BYTES = 300 * 1024 * 1024;

interface Attack {
  readonly connections: number;
  readonly options: readonly string[];
  /** The method and status in the access log, of each of them. */
  readonly answered: string;
}

const attacks: readonly Attack[] = [
  // Heads that never end, of which no method is known.
  { connections: 400, options: ["-H", "-i", "1"], answered: "undefined 408" },
  // Bodies that drip.
  { connections: 100, options: ["-B", "-i", "1", "-s", "100000"], answered: "POST 405" },
  // Ranges without number.
  { connections: 100, options: ["-R", "-a", "5", "-b", "500"], answered: "HEAD 200" },
];
const SLOW_READERS = 200;
const slowReading = ["-X", "-k", "2", "-n", "1", "-w", "100", "-y", "500", "-z", "32"];

const { title, skip } = needing("slowhttptest", "slowhttptest");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let port: number;
  let pid: number;
  let sockets: number;
  beforeAll(async () => {
    const hasty = { headerWaitTimeout: "2s", idleTimeout: "2s", minBytesPerSecond: 100_000 };
    ground = await Ground.up({ services: ["www"], document: { www: { sites: { default: hasty } } } });
    const folder = join(ground.program.home, "content", "default");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "large.bin"), Buffer.alloc(LARGE_BYTES, "x"));
    writeFileSync(join(folder, "index.html"), "<ordinary>");
  }, 60_000);
  beforeEach(async () => {
    port = await ground.port("www");
    [pid = 0] = await ground.server.workers("www");
    sockets = await ground.sockets();
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  const words = (connections: number, options: readonly string[]) => {
    const at = ["-u", `http://127.0.0.1:${port}/large.bin`, "-p", "5", "-l", "20"];
    return ["slowhttptest", ...options, ...at, "-c", String(connections), "-r", String(connections)];
  };

  /** Ordinary clients ask on, each time on a new connection, until that is over. */
  async function servedUntil<T>(over: Promise<T>): Promise<T> {
    let going = true;
    let served = 0;
    const ordinary = async () => {
      while (going) {
        using peer = await Peer.open(port);
        peer.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await peer.hear("<ordinary>");
        served++;
      }
    };
    const clients = [ordinary(), ordinary()];
    const result = await over;
    going = false;
    await Promise.all(clients);
    expect(served).toBeGreaterThan(100);
    return result;
  }

  test("heads and bodies that drip, and ranges without number, end by themselves", async () => {
    const attacking = attacks.map(async ({ connections, options }) => {
      const { out, err } = await runClient(words(connections, options));
      return /Exit status:[^A-Z]*([\w ]+)/.exec(out + err)?.[1];
    });
    const ends = await servedUntil(Promise.all(attacking));
    expect(ends).toEqual(ends.map(() => "No open connections left"));
    expect(peakMemoryOf(pid)).toBeLessThan(MEMORY_BYTES);
    await ground.untilNobodyIsConnected(sockets);
    const lines = linesIn(join(ground.program.home, "logs", "W3SVC-default"));
    for (const { connections, answered } of attacks)
      expect(lines.filter(({ fields }) => `${fields["cs-method"]} ${fields["sc-status"]}` === answered)).toHaveLength(
        connections,
      );
  }, 60_000);

  test("clients that hardly read are cut off while they still want to go on", async () => {
    const tool = Bun.spawn(words(SLOW_READERS, slowReading), { stdout: "ignore", stderr: "ignore" });
    const cut = async () => {
      await eventually("they are there", () => socketsOf(pid) >= sockets + SLOW_READERS);
      // An ordinary client or two may be there at this moment.
      await eventually("they are cut", () => socketsOf(pid) <= sockets + 2);
    };
    await servedUntil(cut());
    expect(tool.exitCode).toBeNull();
    tool.kill();
    await tool.exited;
    expect(peakMemoryOf(pid)).toBeLessThan(MEMORY_BYTES);
    await ground.untilNobodyIsConnected(sockets);
  }, 60_000);
});
