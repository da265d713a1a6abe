// The server of the bench of line sessions, as a process of its own, whose memory is nobody else's. It says where it
// listens, tells its memory when it is asked, and ends with the bench.
import { createServer, type Socket } from "node:net";
import { systemClock } from "../src/base/clock.ts";
import { DottedBlockReader } from "../src/base/dotted-block-reader.ts";
import { bad } from "../src/base/result.ts";
import { Deadlines } from "../src/net/line/deadlines.ts";
import { type Answer, type LineDialogue, usualLimits } from "../src/net/line/line-dialogue.ts";
import { LineSession, type Securable } from "../src/net/line/line-session.ts";

export type Told = { readonly port: number } | { readonly rssBytes: number };

const done: Answer = { reply: "250 2.0.0 Done\r\n" };

/** NOOP and DATA, and ARTICLE of so many bytes. */
const dialogue: LineDialogue = {
  greeting: "220 bench\r\n",
  lineBytesMax: 512,
  limits: usualLimits,
  farewells: { idle: "", slow: "", overtime: "", endless: "", stopping: "" },
  answer(line) {
    const [verb, size] = line.kind === "line" ? line.text.split(" ") : [];
    if (verb === "ARTICLE") return { reply: "220 here\r\n", send: { form: "dotted", pieces: article(Number(size)) } };
    if (verb !== "DATA") return done;
    const reader = new DottedBlockReader({ bytesMax: 1e12, endlessBytes: 1e12, lineEnds: "refuse" });
    return { reply: "354 Go\r\n", receive: { reader, receiver: { take: () => {}, end: () => done, lost: () => {} } } };
  },
};

const page = Buffer.from(`${"x".repeat(74)}\r\n`.repeat(3000));

async function* article(bytes: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < bytes; sent += page.length) yield page;
}

const inClear: Securable = { secured: undefined, secure: async () => bad("no certificate") };

const tell = (it: Told): void => void process.send?.(it);

function serve(socket: Socket, bare: boolean): void {
  socket.on("error", () => {});
  if (!bare) return void new LineSession(socket, inClear, dialogue, Deadlines.of(systemClock));
  socket.resume();
  socket.write(dialogue.greeting);
}

/** What is really in use: garbage is gone, and what the runtime keeps in reserve has had its time to go. */
async function settledBytes(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    Bun.gc(true);
    await Bun.sleep(100);
  }
  return process.memoryUsage().rss;
}

if (import.meta.main) {
  process.on("disconnect", () => process.exit());
  process.on("message", async () => tell({ rssBytes: await settledBytes() }));
  const bare = process.argv[2] === "bare";
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => serve(socket, bare));
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
    const address = server.address();
    if (address !== null && typeof address === "object") tell({ port: address.port });
  });
}
