import { afterEach, expect, test } from "bun:test";
import { ManualClock, systemClock } from "../../base/clock.ts";
import { DottedBlockReader } from "../../base/dotted-block-reader.ts";
import { echo, LineRig, turns } from "../testing/line-rig.ts";
import { TICK_MS } from "./deadlines.ts";
import type { LineDialogue, OutgoingBlock } from "./line-dialogue.ts";

const rig = new LineRig();
afterEach(() => rig.close());

/** ARTICLE is answered with the block; all else is said again. */
const news = (send: () => OutgoingBlock): LineDialogue => ({
  ...echo,
  answer: (line) =>
    line.kind === "line" && line.text === "ARTICLE" ? { reply: "220 here\r\n", send: send() } : echo.answer(line),
});

async function* pieces(...given: readonly (Buffer | string)[]): AsyncGenerator<Buffer | "broken"> {
  for (const piece of given) yield piece === "broken" ? piece : Buffer.from(piece);
}

/** Waits to be started; counts what is asked of it, and whether it was brought to its end. */
function endless(bytes: number) {
  const counted = { asked: 0, ended: false };
  const started = Promise.withResolvers<void>();
  async function* run(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        counted.asked++;
        await started.promise;
        yield Buffer.alloc(bytes, "x");
      }
    } finally {
      counted.ended = true;
    }
  }
  return { counted, run, start: () => started.resolve() };
}

test("a block follows its reply, stuffed and ended, and what was pipelined is answered behind it", async () => {
  const { client } = await rig.open(news(() => ({ form: "dotted", pieces: pieces(".a\r", "\n", ".b\r\n.", "", "c") })));
  client.say("ARTICLE\r\nx\r\nQUIT\r\n");
  expect(await client.hear("205 bye\r\n")).toBe(
    "200 hello\r\n220 here\r\n..a\r\n..b\r\n..c\r\n.\r\n250 x\r\n205 bye\r\n",
  );
});

test("a small block leaves in one write with its reply", async () => {
  const { client, socket } = await rig.open(news(() => ({ form: "dotted", pieces: pieces("a\r\n", "b\r\n") })));
  await client.hear("200 hello\r\n");
  const writes: string[] = [];
  const write = socket.write.bind(socket);
  socket.write = ((text: string, encoding: "latin1") => {
    writes.push(text);
    return write(text, encoding);
  }) as typeof socket.write;
  client.say("ARTICLE\r\n");
  await client.hear("\r\n.\r\n");
  expect(writes).toEqual(["220 here\r\na\r\nb\r\n.\r\n"]);
});

test("raw pieces go out as they are, however large, while the peer reads as it likes", async () => {
  const large = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7) % 251));
  const { client } = await rig.open(news(() => ({ form: "raw", pieces: pieces(large, "end\r\n") })));
  await client.hear("200 hello\r\n");
  client.say("ARTICLE\r\n");
  await client.hear("220 here\r\n");
  client.socket.pause();
  await turns();
  client.socket.resume();
  const heard = await client.hear("end\r\n");
  expect(Buffer.from(heard.slice(0, -5), "latin1").equals(large)).toBe(true);
});

test("what is sent is asked for as the peer reads; a peer that never reads is cut, and the source ended", async () => {
  const clock = new ManualClock();
  const { counted, run, start } = endless(50_000);
  const { client, socket } = await rig.open(
    news(() => ({ form: "dotted", pieces: run() })),
    clock,
  );
  await client.hear("200 hello\r\n");
  client.socket.pause();
  client.say("ARTICLE\r\n");
  while (counted.asked === 0) await turns(1);
  clock.advance(10_000); // a source may take its time
  start();
  await turns(500);
  const asked = counted.asked;
  await turns(100);
  expect(counted.asked).toBe(asked);
  expect(socket.writableLength).toBeLessThan(200_000);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  clock.advance(1000 + TICK_MS);
  await closed;
  await turns();
  expect(counted.ended).toBe(true);
});

test("a block that breaks off cuts the session: half of it must not look whole", async () => {
  const { client } = await rig.open(news(() => ({ form: "dotted", pieces: pieces("a\r\n", "broken", "b\r\n") })));
  client.say("ARTICLE\r\nx\r\n");
  await client.ended;
  expect(client.heard()).not.toContain("\r\n.\r\n");
  expect(client.heard()).not.toContain("250 x");
});

test("a session asked to finish while it sends ends behind the block", async () => {
  let go = (): void => {};
  async function* slow(): AsyncGenerator<Buffer> {
    yield Buffer.from("a\r\n");
    await new Promise<void>((resolve) => {
      go = resolve;
    });
    yield Buffer.from("b\r\n");
  }
  const { client, session } = await rig.open(news(() => ({ form: "dotted", pieces: slow() })));
  client.say("ARTICLE\r\nx\r\n");
  await client.hear("a\r\n");
  session.finish();
  go();
  expect(await client.hear("stopping\r\n")).toBe("b\r\n.\r\n400 stopping\r\n");
  expect(await client.ended).toBe("closed");
});

test("what goes out through one session comes back through the reader of another", async () => {
  const text = `.\r\n${"..x\r\n".repeat(20_000)}.\r\n`;
  const cut = Array.from({ length: Math.ceil(text.length / 777) }, (_, at) => text.slice(at * 777, (at + 1) * 777));
  const { client } = await rig.open(
    news(() => ({ form: "dotted", pieces: pieces(...cut) })),
    systemClock,
  );
  client.say("ARTICLE\r\nQUIT\r\n");
  await client.hear("220 here\r\n");
  const reader = new DottedBlockReader({ bytesMax: 1e6, endlessBytes: 2e6, lineEnds: "refuse" });
  const { piece, over } = reader.push(Buffer.from(await client.hear("205 bye\r\n"), "latin1"));
  expect(piece.toString("latin1")).toBe(text);
  expect(over?.verdict.kind).toBe("complete");
});
