import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { type Answer, usualLimits } from "../line-dialogue.ts";
import {
  commandTeller,
  HIDDEN,
  type LineTeller,
  type Logged,
  LoggedDialogue,
  requestTeller,
} from "./logged-dialogue.ts";
import type { AccessRecord } from "./record.ts";

const farewells = { idle: "", slow: "", overtime: "", endless: "", stopping: "" };
const connection = {
  trace: "0123456789abcdef",
  peer: { address: "192.0.2.7", port: 50_000 },
  local: { address: "127.0.0.1", port: 25 },
};

function rig(replies: readonly (string | Promise<string>)[], tell: LineTeller, on = true) {
  const written: AccessRecord[] = [];
  const clock = new ManualClock(1000);
  const left = [...replies];
  const said = (): Answer | Promise<Answer> => {
    clock.advance(7);
    const reply = left.shift() ?? "";
    return typeof reply === "string" ? { reply } : reply.then((it) => ({ reply: it }));
  };
  const inner: Logged = {
    greeting: "hi",
    lineBytesMax: 9,
    limits: usualLimits,
    farewells,
    answer: said,
    user: { account: "alice" },
  };
  const log = { on, write: (it: AccessRecord) => void written.push({ ...it }) };
  const dialogue = new LoggedDialogue(inner, { connection, log, clock, tell });
  const say = async (...lines: readonly string[]) => {
    for (const text of lines) await dialogue.answer({ kind: "line", text });
  };
  return { written, dialogue, say };
}

test("each answer is a record: who, what, how it went, how much and how long", async () => {
  const { written, dialogue, say } = rig(["250 fine\r\n", Promise.resolve("550 no\r\n")], commandTeller("uriQuery"));
  await say("MAIL FROM:<a@b>", "RCPT TO:<\u00c3\u00bc@b>");
  expect(written[0]).toMatchObject({
    atMs: 1007,
    clientAddress: "192.0.2.7",
    serverPort: 25,
    userName: "alice",
    method: "MAIL",
    uriQuery: "FROM:<a@b>",
    status: 250,
    bytesSent: 10,
    bytesReceived: 17,
    timeTakenMs: 7,
    trace: "0123456789abcdef",
  });
  expect(written[1]).toMatchObject({ method: "RCPT", uriQuery: "TO:<ü@b>", status: 550 });
  expect([dialogue.greeting, dialogue.finish()]).toEqual(["hi", "now"]);
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
    commandTeller("uriStem"),
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
  const { written, say } = rig(["331 p\r\n", "530\r\n", "334\r\n", "535\r\n", "500\r\n"], commandTeller("uriStem"));
  await say("USER alice", "secret", "AUTH LOGIN", "PASSword", "PASS word");
  expect(written.map((it) => `${it.method} ${it.uriStem}${it.uriQuery}`)).toEqual([
    "USER alice",
    `USER ${HIDDEN}`,
    "AUTH LOGIN",
    `AUTH ${HIDDEN}`,
    `PASS ${HIDDEN}`,
  ]);
});

test("a request of the web is one record, with what its head says", async () => {
  const { written, say } = rig(["", "", "", "", "HTTP/1.1 503 x\r\n\r\n", "HTTP/1.1 400 x\r\n\r\n"], requestTeller);
  await say("GET /a?b=c HTTP/1.1", "Host: www.example.org", "User-Agent: curl", "Referer: x", "", "nonsense");
  expect(written).toHaveLength(2);
  expect(written[0]).toMatchObject({
    method: "GET",
    uriStem: "/a",
    uriQuery: "b=c",
    protocolVersion: "HTTP/1.1",
    host: "www.example.org",
    userAgent: "curl",
    referer: "x",
    status: 503,
  });
  expect(written[1]).toMatchObject({ method: "", status: 400, host: "" });
});

test("without a log nothing is done", async () => {
  const { written, say } = rig(["250 fine\r\n"], commandTeller("uriQuery"), false);
  await say("NOOP");
  expect(written).toEqual([]);
});
