import { afterEach, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { type Clock, ManualClock, systemClock } from "../base/clock.ts";
import type { Line } from "../base/line-reader.ts";
import { type LineService, LineSession } from "./line-session.ts";
import { openDialogue } from "./testing/dialogue.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const echo: LineService = {
  greeting: "200 hello\r\n",
  lineBytesMax: 64,
  idleTimeoutMs: 1000,
  idleFarewell: "400 idle\r\n",
  stopFarewell: "400 stopping\r\n",
  answer(line: Line) {
    if (line.kind !== "line") return { reply: `500 ${line.kind}\r\n` };
    return line.text === "QUIT" ? { reply: "205 bye\r\n", close: true } : { reply: `250 ${line.text}\r\n` };
  },
};

async function open(service: LineService = echo, clock: Clock = systemClock) {
  const opened = Promise.withResolvers<{ session: LineSession; socket: Socket }>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    opened.resolve({ session: new LineSession(socket, service, clock), socket });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const client = await openDialogue(typeof address === "object" ? (address?.port ?? 0) : 0);
  return { client, ...(await opened.promise) };
}

test("lines are answered in order, however many come at once, and what follows the last one is not", async () => {
  const { client } = await open();
  client.say("a\r\nb\r\nc\nQUIT\r\nd\r\n");
  await client.hear("200 hello\r\n250 a\r\n250 b\r\n500 bare-lf\r\n205 bye\r\n");
  expect(await client.ended).toBe("closed");
  expect(client.heard()).toBe("");
});

test("a line without end is told once and costs no memory", async () => {
  const { client } = await open();
  for (let n = 0; n < 100; n++) client.say("x".repeat(1000));
  client.say("\r\na\r\n");
  await client.hear("200 hello\r\n500 overlong\r\n250 a\r\n");
});

test("a client that sends all and closes its side gets every answer", async () => {
  const { client } = await open();
  client.socket.end("a\r\nb\r\nhalf");
  await client.hear("250 a\r\n250 b\r\n");
  expect(await client.ended).toBe("closed");
});

test("a peer without a whole line for too long is told so, however it drips", async () => {
  const clock = new ManualClock();
  const { client, socket } = await open(echo, clock);
  await client.hear("200 hello");
  clock.advance(900);
  client.say("a\r\n");
  await client.hear("250 a");
  clock.advance(900);
  const arrived = new Promise((resolve) => socket.once("data", resolve));
  client.say("drip");
  await arrived;
  expect(client.heard()).not.toContain("idle");
  clock.advance(100);
  await client.hear("400 idle");
  expect(await client.ended).toBe("closed");
});

test("a session asked to finish says its last words, and answers nothing more", async () => {
  const { client, session } = await open();
  client.say("a\r\n");
  await client.hear("250 a");
  session.finish();
  session.finish();
  client.say("b\r\n");
  await client.hear("400 stopping\r\n");
  await client.ended;
  expect(client.heard()).toBe("");
});

test("a session whose peer is about to ask ends with the answer, or after a while without a question", async () => {
  const clock = new ManualClock();
  for (const asks of [true, false]) {
    let finishing = false;
    const polite: LineService = {
      ...echo,
      answer: () => ({ reply: "250 last\r\n", close: finishing }),
      finish() {
        finishing = true;
        return "soon";
      },
    };
    const { client, session } = await open(polite, clock);
    await client.hear("200 hello");
    session.finish();
    session.finish();
    if (asks) client.say("a\r\n");
    else clock.advance(2000);
    await client.hear(asks ? "250 last\r\n" : "400 stopping\r\n");
    expect(await client.ended).toBe("closed");
  }
});

test("a peer that asks and does not read is not read from, until it is idle for too long", async () => {
  const clock = new ManualClock();
  let answered = 0;
  const reply = `250 ${"x".repeat(4000)}\r\n`;
  const wordy: LineService = {
    ...echo,
    answer() {
      answered++;
      return { reply };
    },
  };
  const { client, socket } = await open(wordy, clock);
  await client.hear("200 hello");
  client.socket.pause();
  const asked = 50_000;
  client.say("a\r\n".repeat(asked));
  while (!socket.isPaused()) await new Promise(setImmediate);
  const before = answered;
  expect(before).toBeLessThan(asked / 2);
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  expect(answered - before).toBeLessThan(200);
  expect(socket.writableLength).toBeLessThan(1024 * 1024);
  clock.advance(1000);
  await new Promise((resolve) => socket.once("close", resolve));
});

test("a peer that reads slowly gets all answers in order", async () => {
  let next = 0;
  const counting: LineService = { ...echo, answer: () => ({ reply: `${next++} ${"x".repeat(1000)}\r\n` }) };
  const { client } = await open(counting);
  await client.hear("200 hello\r\n");
  client.socket.pause();
  const asked = 5000;
  client.say("a\r\n".repeat(asked));
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  client.socket.resume();
  for (let n = 0; n < asked; n++) await client.hear(`${n} ${"x".repeat(1000)}\r\n`);
});
