import { afterEach, expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { echo, LineRig, turns } from "../testing/line-rig.ts";
import { TICK_MS } from "./deadlines.ts";
import type { Answer, LineDialogue } from "./line-dialogue.ts";

const rig = new LineRig();
afterEach(() => rig.close());

test("lines are answered in order, however many come at once, and what follows the last one is not", async () => {
  const { client } = await rig.open();
  client.say("a\r\nb\r\nc\nQUIT\r\nd\r\n");
  await client.hear("200 hello\r\n250 a\r\n250 b\r\n500 bare-lf\r\n205 bye\r\n");
  expect(await client.ended).toBe("closed");
  expect(client.heard()).toBe("");
});

test("a line without end is told once and costs no memory", async () => {
  const { client } = await rig.open();
  for (let n = 0; n < 100; n++) client.say("x".repeat(1000));
  client.say("\r\na\r\n");
  await client.hear("200 hello\r\n500 overlong\r\n250 a\r\n");
});

test("a client that sends all and closes its side gets every answer", async () => {
  const { client } = await rig.open();
  client.socket.end("a\r\nb\r\nhalf");
  await client.hear("250 a\r\n250 b\r\n");
  expect(await client.ended).toBe("closed");
});

test("a peer without a whole line for too long is told so, however it drips", async () => {
  const clock = new ManualClock();
  const { client, socket } = await rig.open(echo, clock);
  await client.hear("200 hello");
  clock.advance(900);
  client.say("a\r\n");
  await client.hear("250 a");
  clock.advance(900);
  const arrived = new Promise((resolve) => socket.once("data", resolve));
  client.say("drip");
  await arrived;
  clock.advance(50);
  expect(client.heard()).not.toContain("idle");
  clock.advance(50 + TICK_MS);
  await client.hear("400 idle");
  expect(await client.ended).toBe("closed");
});

test("a session asked to finish says its last words, and answers nothing more", async () => {
  const { client, session } = await rig.open();
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
    let finishes = 0;
    const polite: LineDialogue = {
      ...echo,
      answer: () => ({ reply: "250 last\r\n", close: finishes > 0 }),
      finish() {
        finishes++;
        return "soon";
      },
    };
    const { client, session } = await rig.open(polite, clock);
    await client.hear("200 hello\r\n");
    clock.advance(500);
    session.finish();
    session.finish();
    expect(finishes).toBe(1);
    if (asks) client.say("a\r\n");
    else {
      clock.advance(1900);
      await turns();
      expect(client.heard()).toBe("");
      clock.advance(100 + TICK_MS);
    }
    await client.hear(asks ? "250 last\r\n" : "400 stopping\r\n");
    expect(await client.ended).toBe("closed");
  }
});

test("a peer that asks and does not read is not read from, and is cut when it goes on", async () => {
  const clock = new ManualClock();
  let answered = 0;
  const reply = `250 ${"x".repeat(4000)}\r\n`;
  const wordy: LineDialogue = {
    ...echo,
    answer() {
      answered++;
      return { reply };
    },
  };
  const { client, socket } = await rig.open(wordy, clock);
  await client.hear("200 hello");
  client.socket.pause();
  const asked = 50_000;
  client.say("a\r\n".repeat(asked));
  while (!socket.isPaused()) await turns(1);
  const before = answered;
  expect(before).toBeLessThan(asked / 2);
  await turns(100);
  expect(answered - before).toBeLessThan(200);
  expect(socket.writableLength).toBeLessThan(1024 * 1024);
  clock.advance(1000 + TICK_MS);
  await new Promise((resolve) => socket.once("close", resolve));
});

test("a peer that reads slowly gets all answers in order", async () => {
  let next = 0;
  const counting: LineDialogue = { ...echo, answer: () => ({ reply: `${next++} ${"x".repeat(1000)}\r\n` }) };
  const { client } = await rig.open(counting);
  await client.hear("200 hello\r\n");
  client.socket.pause();
  const asked = 5000;
  client.say("a\r\n".repeat(asked));
  await turns();
  client.socket.resume();
  for (let n = 0; n < asked; n++) await client.hear(`${n} ${"x".repeat(1000)}\r\n`);
});

/** Answers each line when the test says so. */
function patient() {
  const asked: string[] = [];
  const owed: ((answer: Answer) => void)[] = [];
  const dialogue: LineDialogue = {
    ...echo,
    answer(line) {
      asked.push(line.kind === "line" ? line.text : line.kind);
      return new Promise((resolve) => owed.push(resolve));
    },
  };
  return { dialogue, asked, answer: (answer: Answer) => owed.shift()?.(answer) };
}

test("a line is not asked for until the one before it is answered, and what was said before does not wait", async () => {
  const { dialogue, asked, answer } = patient();
  const { client } = await rig.open(dialogue);
  await client.hear("200 hello\r\n");
  client.say("a\r\nb\r\n");
  await turns();
  expect(asked).toEqual(["a"]);
  answer({ reply: "250 a\r\n" });
  await client.hear("250 a\r\n");
  expect(asked).toEqual(["a", "b"]);
  answer({ reply: "250 b\r\n" });
  await client.hear("250 b\r\n");
});

test("of a client that talks on while an answer is made only so much is kept, and nothing is lost", async () => {
  const { dialogue, asked, answer } = patient();
  const { client, socket } = await rig.open({
    ...dialogue,
    answer: (line) => (asked.length === 0 ? dialogue.answer(line) : echo.answer(line)),
  });
  client.socket.write(Buffer.from(`a\r\n${"b\r\n".repeat(400_000)}QUIT\r\n`));
  while (!socket.isPaused()) await turns(1);
  expect(socket.bytesRead).toBeLessThan(900_000);
  answer({ reply: "250 a\r\n" });
  await client.hear("205 bye");
  expect(await client.ended).toBe("closed");
});

test("a session asked to finish while an answer is made gives it first, and answers nothing behind it", async () => {
  const { dialogue, asked, answer } = patient();
  const { client, session } = await rig.open(dialogue);
  client.say("a\r\nb\r\n");
  while (asked.length === 0) await turns(1);
  session.finish();
  await turns();
  answer({ reply: "250 a\r\n" });
  expect(await client.hear("stopping\r\n")).toBe("200 hello\r\n250 a\r\n400 stopping\r\n");
  expect(asked).toEqual(["a"]);
});

test("a client that has closed its side waits for an answer that is still being made", async () => {
  const { dialogue, asked, answer } = patient();
  const { client } = await rig.open(dialogue);
  client.socket.end("a\r\n");
  while (asked.length === 0) await turns(1);
  await turns();
  answer({ reply: "250 a\r\n" });
  await client.hear("250 a\r\n");
  expect(await client.ended).toBe("closed");
});

test("a peer that is gone is told of once, and an answer that comes too late is nobody's", async () => {
  const { dialogue, asked, answer } = patient();
  const clock = new ManualClock();
  let ended = 0;
  const { client, socket, session } = await rig.open({ ...dialogue, ended: () => void ended++ }, clock);
  client.say("a\r\n");
  while (asked.length === 0) await turns(1);
  client.socket.resetAndDestroy();
  await new Promise((resolve) => socket.once("close", resolve));
  answer({ reply: "250 a\r\n" });
  await turns();
  expect(ended).toBe(1);
  session.check = () => expect.unreachable();
  clock.advance(10 * TICK_MS);
});

test("a session that has lasted too long is told so, though it was never idle", async () => {
  const clock = new ManualClock();
  const { client } = await rig.open({ ...echo, limits: { ...echo.limits, sessionMs: 3000 } }, clock);
  for (let n = 0; n < 3; n++) {
    clock.advance(900);
    client.say("a\r\n");
    await client.hear("250 a");
  }
  clock.advance(300 + TICK_MS);
  await client.hear("400 overtime\r\n");
  expect(await client.ended).toBe("closed");
});

test("another dialogue takes over, and what was pipelined behind the command is for it", async () => {
  const other: LineDialogue = { ...echo, lineBytesMax: 8, answer: (line) => ({ reply: `299 ${line.kind}\r\n` }) };
  const first: LineDialogue = { ...echo, answer: () => ({ reply: "220 at your service\r\n", become: other }) };
  const { client } = await rig.open(first);
  client.say("HOST b.example\r\na\r\n12345678\r\n");
  expect(await client.hear("overlong\r\n")).toBe("200 hello\r\n220 at your service\r\n299 line\r\n299 overlong\r\n");
});
