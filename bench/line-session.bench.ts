// Line sessions, which FTP, SMTP and NNTP share: what an idle one costs, how many lines are answered, how fast blocks
// pass. The server is a process of its own; its clients share the cores with it, so compare the rows with each other.
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { nothing } from "../src/base/block-reader.ts";
import { DotStuffer } from "../src/base/dot-stuffer.ts";
import { DottedBlockReader } from "../src/base/dotted-block-reader.ts";
import { LineReader } from "../src/base/line-reader.ts";
import { Crowd } from "./crowd.ts";
import type { Told } from "./line-peer.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

export const benches: readonly Bench[] = [
  {
    name: "line-idle",
    measures:
      "Memory of the server for each of 10,000 connections that were greeted and say nothing, by the growth of its resident " +
      "set; a bare socket of the runtime beside a line session, which includes one. The bar is 5 KB.",
    run: async () => [await idle("bare"), await idle("session")],
  },
  {
    name: "line-rate",
    measures: "Command lines in a second: cut by the reader alone; answered by a session, pipelined and one at a time.",
    run: async () => [readLines(), await pipelined(), await lockstep(1), await lockstep(64)],
  },
  {
    name: "line-blocks",
    measures: "Text of 76-byte lines in GB a second: by the reader and the stuffer alone, and through a session.",
    run: async () => [readBlock(), readBlock("."), stuffBlock(), await upload(), await download()],
  },
];

const CROWD = 10_000;

async function idle(role: "bare" | "session"): Promise<Row> {
  await using server = await Server.serving(role);
  // A first crowd, so that what is loaded and compiled once is not counted.
  const { port } = server;
  await (await Crowd.gather({ port, count: 500, abreast: 1 }))[Symbol.asyncDispose]();
  const beforeBytes = await server.rssBytes();
  await using _crowd = await Crowd.gather({ port, count: CROWD, abreast: 1 });
  const eachBytes = ((await server.rssBytes()) - beforeBytes) / CROWD;
  return { server: role === "bare" ? "bare socket" : "line session", connections: CROWD, "KB each": eachBytes / 1024 };
}

function readLines(): Row {
  const chunk = Buffer.from("NOOP\r\n".repeat(10_000));
  const reader = new LineReader(512);
  const seconds = timed(() => {
    for (let round = 0; round < 500; round++) {
      reader.push(chunk);
      while (reader.next() !== undefined);
    }
  });
  return { lines: "reader alone", "thousand a second": (500 * 10_000) / seconds / 1000 };
}

async function pipelined(): Promise<Row> {
  await using server = await Server.serving("session");
  const client = await Client.open(server.port);
  const [rounds, lines] = [60, 50_000];
  const chunk = Buffer.from("NOOP\r\n".repeat(lines));
  const begun = performance.now();
  const heard = client.time(nothing, rounds * lines * "250 2.0.0 Done\r\n".length);
  for (let round = 0; round < rounds; round++) await client.write(chunk);
  await heard;
  const seconds = (performance.now() - begun) / 1000;
  return { lines: "pipelined, 1 connection", "thousand a second": (rounds * lines) / seconds / 1000 };
}

async function lockstep(connections: number): Promise<Row> {
  await using server = await Server.serving("session");
  const clients = await Promise.all(Array.from({ length: connections }, () => Client.open(server.port)));
  const each = Math.ceil(50_000 / connections);
  const begun = performance.now();
  await Promise.all(clients.map((it) => it.takeTurns(each)));
  const seconds = (performance.now() - begun) / 1000;
  const name = `one at a time, ${connections} ${connections === 1 ? "connection" : "connections"}`;
  return { lines: name, "thousand a second": (each * connections) / seconds / 1000 };
}

/** A text whose lines begin so. */
const text = (begin: string): Buffer => Buffer.from(`${begin.padEnd(74, "x")}\r\n`.repeat(862));
const ROUNDS = 20_000;
const gigabytes = (seconds: number, bytes = ROUNDS * text("").length): number => bytes / seconds / 1e9;

function readBlock(begin = ""): Row {
  const chunk = text(begin);
  const reader = new DottedBlockReader({ bytesMax: 1e12, endlessBytes: 1e12, lineEnds: "refuse" });
  const seconds = timed(() => {
    for (let round = 0; round < ROUNDS; round++) reader.push(chunk);
  });
  return { block: begin === "" ? "reader alone" : "reader, every line stuffed", "GB a second": gigabytes(seconds) };
}

function stuffBlock(): Row {
  const chunk = text("");
  const stuffer = new DotStuffer();
  const seconds = timed(() => {
    for (let round = 0; round < ROUNDS; round++) stuffer.stuff(chunk);
  });
  return { block: "stuffer alone", "GB a second": gigabytes(seconds) };
}

const PASSED_BYTES = 1_000_000_000;

async function upload(): Promise<Row> {
  await using server = await Server.serving("session");
  const client = await Client.open(server.port);
  await client.time(Buffer.from("DATA\r\n"), "354 Go\r\n".length);
  // The runtime is slow with one large write: it moves what is left of it again and again.
  const body = Buffer.concat(Array.from({ length: 16 }, () => text("")));
  const begun = performance.now();
  for (let sent = 0; sent < PASSED_BYTES; sent += body.length) await client.write(body);
  await client.time(Buffer.from(".\r\n"), "250 2.0.0 Done\r\n".length);
  return { block: "received by a session", "GB a second": gigabytes((performance.now() - begun) / 1000, PASSED_BYTES) };
}

async function download(): Promise<Row> {
  await using server = await Server.serving("session");
  const client = await Client.open(server.port);
  const seconds = await client.time(Buffer.from(`ARTICLE ${PASSED_BYTES}\r\n`), PASSED_BYTES);
  return { block: "sent by a session", "GB a second": gigabytes(seconds, PASSED_BYTES) };
}

function timed(run: () => void): number {
  const begun = performance.now();
  run();
  return (performance.now() - begun) / 1000;
}

/** A client that counts what it hears. */
class Client {
  private readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Greeted when the answer is there. */
  static open(port: number): Promise<Client> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    return new Promise((resolve, reject) => {
      socket.once("data", () => resolve(new Client(socket))).once("error", reject);
    });
  }

  /** Seconds from the first byte said to the last byte heard. */
  time(said: Buffer, heardBytes: number): Promise<number> {
    const begun = performance.now();
    let missing = heardBytes;
    return new Promise((resolve) => {
      const hear = (chunk: Buffer): void => {
        missing -= chunk.length;
        if (missing > 0) return;
        this.socket.off("data", hear);
        resolve((performance.now() - begun) / 1000);
      };
      this.socket.on("data", hear);
      this.socket.write(said);
    });
  }

  /** Until there is room for more. */
  async write(bytes: Buffer): Promise<void> {
    if (!this.socket.write(bytes)) await new Promise((resolve) => this.socket.once("drain", resolve));
  }

  async takeTurns(count: number): Promise<void> {
    let missing = count;
    await new Promise<void>((resolve) => {
      this.socket.on("data", () => {
        if (missing-- === 0) resolve();
        else this.socket.write("NOOP\r\n");
      });
      this.socket.write("NOOP\r\n");
    });
  }
}

/** The server, and what it told last. */
class Server {
  port = 0;
  private readonly child: Bun.Subprocess;
  private told: (it: Told) => void = () => {};

  constructor(role: "bare" | "session") {
    this.child = Bun.spawn([process.execPath, join(import.meta.dir, "line-peer.ts"), role], {
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (it: Told) => this.told(it),
    });
  }

  static async serving(role: "bare" | "session"): Promise<Server> {
    const server = new Server(role);
    const told = await server.hear();
    if (typeof told === "object" && "port" in told) server.port = told.port;
    return server;
  }

  async rssBytes(): Promise<number> {
    const answer = this.hear();
    this.child.send("memory");
    const told = await answer;
    return typeof told === "object" && "rssBytes" in told ? told.rssBytes : Number.NaN;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }

  private hear(): Promise<Told> {
    return new Promise((resolve) => {
      this.told = resolve;
    });
  }
}
