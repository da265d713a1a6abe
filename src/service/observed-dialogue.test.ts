import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { CountedBlockReader } from "../base/counted-block-reader.ts";
import { WallTimes } from "../base/wall-times.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import { noSlots } from "../net/access-log/access-log.ts";
import { type AccessRecord, accessRecord } from "../net/access-log/record.ts";
import type { Connection } from "../net/connection.ts";
import { type Answer, type BlockReceiver, usualLimits } from "../net/line/line-dialogue.ts";
import { siteCells, siteMetrics } from "../net/metrics/metrics.ts";
import { MetricsBook } from "../net/metrics/metrics-book.ts";
import { fakeConnection, underTls } from "../net/testing/fake-connection.ts";
import { type Observed, ObservedDialogue } from "./observed-dialogue.ts";
import { ftpProtocol, HIDDEN, nntpProtocol, type Protocol, smtpProtocol } from "./protocol.ts";

const farewells = { idle: "", slow: "", overtime: "", endless: "", stopping: "" };

interface RigOptions {
  readonly on?: boolean;
  readonly visit?: Partial<Connection["visit"]>;
}

function rig(
  replies: readonly (string | Promise<string> | Answer)[],
  protocol: Protocol,
  { on = true, visit }: RigOptions = {},
) {
  const written: AccessRecord[] = [];
  const failures: string[] = [];
  const events: Occurrence[] = [];
  const clock = new ManualClock(1000);
  const left = [...replies];
  const said = (): Answer | Promise<Answer> => {
    clock.advance(7);
    const next = left.shift() ?? "";
    if (typeof next === "string") return { reply: next };
    return next instanceof Promise ? next.then((reply) => ({ reply })) : next;
  };
  const inner: Observed = {
    greeting: "hi",
    lineBytesMax: 9,
    limits: usualLimits,
    farewells,
    answer: said,
    user: { account: "alice" },
  };
  const connection = fakeConnection({
    visit: { request: () => undefined, failure: (kind) => void failures.push(kind) as undefined, ...visit },
  });
  const book = new MetricsBook(siteMetrics.end);
  const log = { on, wants: noSlots, record: accessRecord, write: (it: AccessRecord) => void written.push({ ...it }) };
  const dialogue = new ObservedDialogue(inner, connection, {
    path: "smtp/sites/default",
    protocol,
    log,
    metrics: book.site("a"),
    clock,
    wall: new WallTimes(clock),
    report: reporter(
      "smtp",
      () => clock.wallMs(),
      (it) => events.push(it),
    ),
  });
  const say = async (...lines: readonly string[]) => {
    const answers: Answer[] = [];
    for (const text of lines) answers.push(await dialogue.answer({ kind: "line", text }));
    return answers;
  };
  const counts = () => {
    const [report] = [...book.report()];
    const cells = report?.[0]?.cells ?? [];
    return (cell: number) => cells[cells.findIndex((it, index) => index % 2 === 0 && it === cell) + 1] ?? 0;
  };
  return { written, dialogue, say, failures, counts, left, events };
}

test("each answer is a record: who, what, how it went, how much and how long", async () => {
  const { written, dialogue, say } = rig(["250 fine\r\n", Promise.resolve("550 no\r\n")], smtpProtocol);
  await say("MAIL FROM:<a@b>", "RCPT TO:<\u00c3\u00bc@b>");
  expect(written[0]).toMatchObject({
    atMs: 1007,
    ends: { clientAddress: "192.0.2.1", serverPort: 25, trace: "t1" },
    userName: "alice",
    method: "MAIL",
    uriQuery: "FROM:<a@b>",
    status: 250,
    bytesSent: 10,
    bytesReceived: 17,
    timeTakenMs: 7,
  });
  expect(written[1]).toMatchObject({ method: "RCPT", uriQuery: "TO:<\u00c3\u00bc@b>", status: 550 });
  expect([dialogue.greeting, dialogue.finish()]).toEqual(["hi", "now"]);
});

test("an argument begins behind all blanks, and may be missing", async () => {
  const lines = [
    "NOOP",
    "NOOP ",
    "NOOP   ",
    "MAIL FROM:<a>",
    "MAIL   FROM:<a>",
    "MAIL \t\u00a0FROM:<a>",
    "VRFY \u00fc",
  ];
  const { written, say } = rig(
    lines.map(() => "250 fine\r\n"),
    smtpProtocol,
  );
  await say(...lines);
  expect(written.map((it) => it.uriQuery)).toEqual(["", "", "", "FROM:<a>", "FROM:<a>", "FROM:<a>", "\u00fc"]);
});

test("a password that is empty looks as any other", async () => {
  const { written, say } = rig(["331 p\r\n", "530 no\r\n"], ftpProtocol);
  await say("USER alice", "PASS");
  expect(written.map((it) => `${it.method} ${it.uriStem}`)).toEqual(["USER alice", `PASS ${HIDDEN}`]);
});

test("no password is written down, whichever way it comes", async () => {
  const { written, say } = rig(
    [
      "331 p\r\n",
      "230 in\r\n",
      "334 \r\n",
      "334 \r\n",
      "235 in\r\n",
      "235 in\r\n",
      "381 p\r\n",
      "281\r\n",
      "281\r\n",
      "500\r\n",
    ],
    nntpProtocol,
  );
  const secret = "hunter2!";
  await say(
    "USER alice",
    `PASS ${secret}`,
    "AUTH LOGIN",
    "YWxpY2U=",
    secret,
    `AUTH PLAIN ${secret}`,
    "AUTHINFO USER alice",
  );
  await say(`authinfo pass ${secret}`, `AUTHINFO SASL PLAIN ${secret}`, secret);
  expect(JSON.stringify(written)).not.toContain("hunter2");
  expect(written.map((it) => `${it.method} ${it.uriStem}${it.uriQuery}`)).toEqual([
    "USER alice",
    `PASS ${HIDDEN}`,
    "AUTH LOGIN",
    `AUTH ${HIDDEN}`,
    `AUTH ${HIDDEN}`,
    `AUTH PLAIN ${HIDDEN}`,
    "AUTHINFO USER alice",
    `AUTHINFO pass ${HIDDEN}`,
    `AUTHINFO SASL PLAIN ${HIDDEN}`,
    " ",
  ]);
});

test("a password that comes instead of a command is not taken for one", async () => {
  const { written, say } = rig(["331 p\r\n", "530\r\n", "334\r\n", "535\r\n", "500\r\n"], ftpProtocol);
  await say("USER alice", "secret", "AUTH LOGIN", "PASSword", "PASS word");
  expect(written.map((it) => `${it.method} ${it.uriStem}${it.uriQuery}`)).toEqual([
    "USER alice",
    `USER ${HIDDEN}`,
    "AUTH LOGIN",
    `AUTH ${HIDDEN}`,
    `PASS ${HIDDEN}`,
  ]);
});

test("without a log nothing is done", async () => {
  const { written, say } = rig(["250 fine\r\n"], smtpProtocol, { on: false });
  await say("NOOP");
  expect(written).toEqual([]);
});

test("requests are counted by what came of them, once each however many lines they have", async () => {
  const { say, counts } = rig(["250 ok\r\n", "451 later\r\n", "550 no\r\n", "334 \r\n", "235 in\r\n"], smtpProtocol);
  await say("NOOP", "MAIL FROM:<a@b>", "RCPT TO:<a@b>", "AUTH LOGIN", "YQ==");
  const count = counts();
  const { done, failed, refused } = siteCells.requests;
  expect([done, failed, refused].map(count)).toEqual([2, 1, 1]);
});

test("whoever asks too much hears so in the words of the protocol, and nothing of the request is done", async () => {
  const request = () => ({ is: "refused", why: "request-rate", untilMs: undefined }) as const;
  const { say, left, written } = rig(["250 ok\r\n"], smtpProtocol, { visit: { request } });
  expect(await say("MAIL FROM:<a@b>")).toEqual([{ reply: smtpProtocol.tooMuch, close: true }]);
  expect(left).toHaveLength(1);
  expect(written[0]).toMatchObject({ method: "MAIL", status: 421 });
});

test("failures are told to the limits by their kind, and the one too many ends the session", async () => {
  const smtp = rig(["535 wrong\r\n", "500 what\r\n", "451 later\r\n", "250 ok\r\n"], smtpProtocol);
  await smtp.say("AUTH PLAIN x", "FROB", "MAIL FROM:<a@b>", "NOOP");
  expect(smtp.failures).toEqual(["failed-login", "client-error"]);
  const ftp = rig(["331 p\r\n", "530 wrong\r\n", "530 log in first\r\n"], ftpProtocol);
  await ftp.say("USER a", "PASS b", "LIST");
  expect(ftp.failures).toEqual(["failed-login", "client-error"]);
  const failure = () => ({ is: "refused", why: "failure-rate", untilMs: 5 }) as const;
  const last = rig(["535 wrong\r\n"], smtpProtocol, { visit: { failure } });
  expect(await last.say("AUTH PLAIN x")).toEqual([{ reply: "535 wrong\r\n", close: true }]);
  const noise = rig(["500 what\r\n"], smtpProtocol);
  await noise.dialogue.answer({ kind: "bare-lf", text: "NOOP" });
  expect(noise.failures[0]).toBe("protocol-error");
});

test("a block that is received belongs to its command: one line, with all its bytes and the answer at its end", async () => {
  const taken: string[] = [];
  const receiver: BlockReceiver = {
    take: (piece) => void taken.push(String(piece)),
    end: () => ({ reply: "250 kept\r\n" }),
    lost: () => void taken.push("lost"),
  };
  const reader = new CountedBlockReader(10);
  const data = { reply: "354 go\r\n", receive: { reader, receiver } };
  const { say, written, counts, failures } = rig([data, data], smtpProtocol);
  const block = async () => {
    const [answer] = await say("DATA");
    if (answer === undefined || !("receive" in answer)) throw new Error("no block");
    return answer.receive.receiver;
  };
  const whole = await block();
  await whole.take(Buffer.from("0123456789"));
  expect(written).toHaveLength(0);
  expect(await whole.end({ kind: "complete", bytes: 10 })).toEqual({ reply: "250 kept\r\n" });
  expect(written[0]).toMatchObject({ method: "DATA", status: 250, bytesReceived: 16, bytesSent: 18 });
  const broken = await block();
  broken.lost();
  expect([taken, failures]).toEqual([["0123456789", "lost"], []]);
  const count = counts();
  expect([count(siteCells.requests.done), count(siteCells.requests.aborted)]).toEqual([1, 1]);
});

test("a block that comes without a word before it, as behind BDAT, belongs to its command too", async () => {
  const receiver: BlockReceiver = { take: () => {}, end: () => ({ reply: "250 kept\r\n" }), lost: () => {} };
  const reader = new CountedBlockReader(4);
  const { say, written } = rig([{ reply: "", receive: { reader, receiver } }, "250 ok\r\n"], smtpProtocol);
  const [answer] = await say("BDAT 4 LAST");
  if (answer === undefined || !("receive" in answer)) throw new Error("no block");
  await answer.receive.receiver.take(Buffer.from("text"));
  await answer.receive.receiver.end({ kind: "complete", bytes: 4 });
  await say("NOOP");
  expect(written.map((it) => [it.method, it.status, it.bytesReceived])).toEqual([
    ["BDAT", 250, 17],
    ["NOOP", 250, 6],
  ]);
});

test("a block that is sent is counted to its last piece, and one that breaks off is no request done", async () => {
  async function* article(last: "broken" | "whole") {
    yield Buffer.from("line\r\n");
    if (last === "broken") yield "broken" as const;
  }
  const send = (last: "broken" | "whole") => ({
    reply: "220 here\r\n",
    send: { form: "dotted", pieces: article(last) } as const,
  });
  const { say, written, counts } = rig([send("whole"), send("broken")], nntpProtocol);
  for (let n = 0; n < 2; n++) {
    const [answer] = await say("ARTICLE 1");
    if (answer === undefined || !("send" in answer)) throw new Error("no block");
    expect(written).toHaveLength(n);
    for await (const _ of answer.send.pieces);
  }
  expect(written.map((it) => it.bytesSent)).toEqual([16, 16]);
  const count = counts();
  expect([count(siteCells.requests.done), count(siteCells.requests.aborted)]).toEqual([1, 1]);
});

test("what came in clear behind a request for TLS is told", () => {
  const { dialogue, events } = rig([], smtpProtocol);
  dialogue.secured(underTls, 0);
  dialogue.secured(underTls, 12);
  expect(events.map((it) => it.sentence)).toEqual([
    "192.0.2.1 sent 12 bytes in clear to smtp/sites/default behind its request for TLS; they were thrown away unread.",
  ]);
});
