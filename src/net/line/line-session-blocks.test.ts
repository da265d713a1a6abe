import { afterEach, expect, test } from "bun:test";
import fc from "fast-check";
import type { BlockReader, BlockVerdict } from "../../base/block-reader.ts";
import { ManualClock } from "../../base/clock.ts";
import { CountedBlockReader } from "../../base/counted-block-reader.ts";
import { DottedBlockReader } from "../../base/dotted-block-reader.ts";
import { echo, LineRig, turns } from "../testing/line-rig.ts";
import { TICK_MS } from "./deadlines.ts";
import type { Answer, BlockReceiver, LineDialogue } from "./line-dialogue.ts";

const rig = new LineRig();
afterEach(() => rig.close());

const dotted = () => new DottedBlockReader({ bytesMax: 1000, endlessBytes: 4000, lineEnds: "refuse" });

/** Tells what became of a block in one line, and by `lost` when nothing could be told. */
class Keeper implements BlockReceiver {
  content = "";
  lostTimes = 0;
  private readonly reply: string;

  constructor(reply = "250") {
    this.reply = reply;
  }

  take(piece: Buffer): void | Promise<void> {
    this.content += piece.toString("latin1");
  }

  end(verdict: BlockVerdict): Answer | Promise<Answer> {
    return { reply: `${this.reply} ${verdict.kind} ${JSON.stringify(this.content)}\r\n` };
  }

  lost(): void {
    this.lostTimes++;
  }
}

/** DATA, and BDAT with a size; all else is said again. */
const mail = (receiver: () => BlockReceiver = () => new Keeper()): LineDialogue => ({
  ...echo,
  answer(line) {
    const [verb, size] = line.kind === "line" ? line.text.split(" ") : [];
    const receive = (reader: BlockReader) => ({ reader, receiver: receiver() });
    if (verb === "DATA") return { reply: "354 go\r\n", receive: receive(dotted()) };
    if (verb === "BDAT") return { reply: "", receive: receive(new CountedBlockReader(Number(size))) };
    return echo.answer(line);
  },
});

test("lines and blocks follow one another in one packet, and each is read as what it is", async () => {
  const { client } = await rig.open(mail());
  client.say("a\r\nDATA\r\nQUIT\r\n..b\r\n.\r\nBDAT 7\r\nQUIT\r\n.BDAT 0\r\nc\r\nQUIT\r\n");
  expect(await client.hear("205 bye\r\n")).toBe(
    [
      "200 hello\r\n250 a\r\n354 go\r\n",
      '250 complete "QUIT\\r\\n.b\\r\\n"\r\n',
      '250 complete "QUIT\\r\\n."\r\n',
      '250 complete ""\r\n',
      "250 c\r\n205 bye\r\n",
    ].join(""),
  );
});

test("a conversation comes to the same however it is cut, also where receiver and answers take their time", async () => {
  const said = "a\r\nDATA\r\n..b\r\nc\n.\r\n\r\n.\r\nBDAT 5\r\n\r\n.\r\nBDAT 0\r\nDATA\r\n.\r\nd\n\r\n";
  const expected = [
    "200 hello\r\n250 a\r\n354 go\r\n250 flawed",
    '250 complete "\\r\\n.\\r\\n"\r\n250 complete ""\r\n354 go\r\n250 complete ""\r\n500 bare-lf\r\n250 \r\n205 bye\r\n',
  ];
  class Slow extends Keeper {
    override async take(piece: Buffer): Promise<void> {
      super.take(piece);
    }
    override async end(verdict: BlockVerdict): Promise<Answer> {
      const { reply } = await super.end(verdict);
      return { reply: verdict.kind === "flawed" ? "250 flawed" : reply };
    }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(said.length), { maxLength: 12 }), fc.boolean(), async (points, bytewise) => {
      const { client, session } = await rig.open(mail(() => new Slow()));
      const at = [0, ...points, said.length].sort((a, b) => a - b);
      const pieces = bytewise ? [...said] : at.slice(1).map((end, index) => said.slice(at[index], end));
      for (const piece of pieces) {
        session.heard(Buffer.from(piece, "latin1"));
        if (piece.length % 2 === 0) await turns(1);
      }
      session.heard(Buffer.from("QUIT\r\n"));
      expect(await client.hear("205 bye\r\n")).toBe(expected.join(""));
      await client.ended;
      rig.close();
    }),
    { numRuns: 40 },
  );
});

test("a receiver that takes its time is not overrun: nothing more is read from the socket", async () => {
  let taking = 0;
  let taken = 0;
  let go = (): void => {};
  const receiver: BlockReceiver = {
    take: (piece) => {
      expect(++taking).toBe(1);
      taken += piece.length;
      return new Promise((resolve) => {
        go = () => {
          taking--;
          resolve();
        };
      });
    },
    end: (verdict) => ({ reply: `250 ${verdict.kind} ${taken}\r\n` }),
    lost: () => {},
  };
  const reader = () => new DottedBlockReader({ bytesMax: 1e9, endlessBytes: 1e9, lineEnds: "refuse" });
  const dialogue = { ...echo, answer: () => ({ reply: "354 go\r\n", receive: { reader: reader(), receiver } }) };
  const { client, socket } = await rig.open(dialogue);
  const text = `${"x".repeat(98)}\r\n`.repeat(30_000);
  client.say(`DATA\r\n${text}.\r\n`);
  while (!socket.isPaused()) await turns(1);
  await turns(); // the runtime reads once more before it stops
  const read = socket.bytesRead;
  await turns();
  expect(socket.bytesRead).toBe(read);
  expect(read).toBeLessThan(text.length / 2);
  while (client.heard().indexOf("complete") < 0) {
    go();
    await turns(1);
  }
  expect(client.heard()).toEndWith(`250 complete ${text.length}\r\n`);
});

test("a block that drips is ended with words, one that moves lives on", async () => {
  const clock = new ManualClock();
  const keeper = new Keeper();
  const { client, session } = await rig.open(
    { ...mail(() => keeper), limits: { ...echo.limits, idleMs: 60_000 } },
    clock,
  );
  clock.advance(TICK_MS);
  client.say("DATA\r\n");
  await client.hear("354 go\r\n");
  for (let n = 0; n < 5; n++) {
    clock.advance(600);
    session.heard(Buffer.from("x".repeat(100)));
  }
  for (let n = 0; n < 3; n++) {
    clock.advance(TICK_MS);
    session.heard(Buffer.from("x"));
  }
  await client.hear("400 slow\r\n");
  expect(await client.ended).toBe("closed");
  expect(keeper.lostTimes).toBe(1);
});

test("far more than is accepted ends the session; only more than is accepted does not", async () => {
  const keeper = new Keeper();
  const { client } = await rig.open(mail(() => keeper));
  client.say(`DATA\r\n${"x".repeat(2000)}\r\n.\r\n`);
  await client.hear('354 go\r\n250 too-large ""\r\n');
  client.say(`DATA\r\n${"x".repeat(5000)}`);
  await client.hear("400 endless\r\n");
  expect(await client.ended).toBe("closed");
  expect(keeper.lostTimes).toBe(1);
});

test("a block whose sender goes is lost, after the piece that is just being kept", async () => {
  let go = (): void => {};
  class Slow extends Keeper {
    override take(piece: Buffer): Promise<void> {
      super.take(piece);
      return new Promise((resolve) => {
        go = resolve;
      });
    }
  }
  for (const keeper of [new Keeper(), new Slow()]) {
    const { client, socket } = await rig.open(mail(() => keeper));
    client.say("DATA\r\nhalf\r\n");
    while (keeper.content === "") await turns(1);
    client.socket.resetAndDestroy();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(keeper.lostTimes).toBe(keeper instanceof Slow ? 0 : 1);
    go();
    await turns();
    expect(keeper.lostTimes).toBe(1);
  }
});

test("a sender that closes its side within a block has lost it, and hears no answer", async () => {
  const keeper = new Keeper();
  const { client } = await rig.open(mail(() => keeper));
  client.socket.end("DATA\r\nhalf\r\n.\r");
  expect(await client.ended).toBe("closed");
  expect(client.heard()).toBe("200 hello\r\n354 go\r\n");
  expect(keeper.lostTimes).toBe(1);
});

test("a session asked to finish within a block waits for its end, and answers it", async () => {
  const { client, session } = await rig.open(mail());
  client.say("DATA\r\na\r\n");
  await client.hear("354 go\r\n");
  session.finish();
  client.say(".\r\nb\r\n");
  expect(await client.hear("stopping\r\n")).toBe('250 complete "a\\r\\n"\r\n400 stopping\r\n');
  expect(await client.ended).toBe("closed");
});

test("an answer that asks for a block when nobody is there any more has lost it", async () => {
  const keeper = new Keeper();
  let answer = (_: Answer): void => {};
  const slow: LineDialogue = {
    ...echo,
    answer: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  };
  const { client, socket } = await rig.open(slow);
  client.say("DATA\r\nhalf\r\n");
  await turns();
  client.socket.resetAndDestroy();
  await new Promise((resolve) => socket.once("close", resolve));
  answer({ reply: "354 go\r\n", receive: { reader: dotted(), receiver: keeper } });
  await turns(2);
  expect([keeper.lostTimes, keeper.content]).toEqual([1, ""]);
});
