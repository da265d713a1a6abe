import { expect, test } from "bun:test";
import type { Claim, Login } from "../account/login.ts";
import { fakeLogin } from "../account/testing/fake-login.ts";
import type { Connection } from "../net/connection.ts";
import { usualLimits } from "../net/line/line-dialogue.ts";
import { fakeConnection, underTls } from "../net/testing/fake-connection.ts";
import { NntpDialogue } from "./dialogue.ts";

function session(more: Partial<Connection> = {}) {
  const dialogue = new NntpDialogue({ limits: usualLimits, login: fakeLogin() }, fakeConnection(more));
  return { dialogue, say: async (text: string) => dialogue.answer({ kind: "line", text }) };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("capabilities claim only what is there on this connection", async () => {
  const clear = "101 What is there so far\r\nVERSION 2\r\nIMPLEMENTATION inetsrv\r\nSTARTTLS\r\n.\r\n";
  expect((await session().say("capabilities")).reply).toBe(clear);
  const secured = await session({ secured: underTls, canSecure: false }).say("CAPABILITIES");
  expect(secured.reply).toContain("\r\nAUTHINFO USER SASL\r\nSASL PLAIN LOGIN\r\n.\r\n");
  expect((await session().say("GROUP misc.test")).reply).toStartWith("503 ");
});

test("a login by user and password, and one by SASL", async () => {
  const secured = { secured: underTls, canSecure: false };
  const { say } = session(secured);
  expect((await say("AUTHINFO PASS right")).reply).toStartWith("482 ");
  expect((await say("AUTHINFO USER ada")).reply).toStartWith("381 ");
  expect((await say("AUTHINFO PASS wrong")).reply).toStartWith("481 ");
  expect((await say("authinfo user ada")).reply).toStartWith("381 ");
  expect((await say("authinfo pass right")).reply).toStartWith("281 ");
  expect((await say("AUTHINFO USER ada")).reply).toStartWith("502 ");
  const sasl = session(secured);
  expect((await sasl.say("AUTHINFO SASL PLAIN")).reply).toBe("383 =\r\n");
  expect((await sasl.say(base64("\0ada\0right"))).reply).toStartWith("281 ");
  expect((await session(secured).say("AUTHINFO SASL NTLM")).reply).toStartWith("503 ");
  expect((await session(secured).say("AUTHINFO")).reply).toStartWith("501 ");
});

test("a password may hold white space, and is taken as it stands", async () => {
  const claims: Claim[] = [];
  const verify: Login["verify"] = async (claim) => {
    claims.push(claim);
    return { is: "wrong", waitedMs: 0 };
  };
  const login = { ...fakeLogin(), verify };
  const dialogue = new NntpDialogue({ limits: usualLimits, login }, fakeConnection({ secured: underTls }));
  for (const text of ["AUTHINFO USER ada lovelace", "AUTHINFO PASS  correct  horse "])
    await dialogue.answer({ kind: "line", text });
  expect(claims).toEqual([{ by: "password", account: "ada lovelace", password: " correct  horse " }]);
});

test("in clear no password is taken, and STARTTLS begins the handshake", async () => {
  const { say } = session();
  expect((await say("AUTHINFO USER ada")).reply).toStartWith("483 ");
  expect((await say(`AUTHINFO SASL PLAIN ${base64("\0ada\0right")}`)).reply).toStartWith("483 ");
  expect(await say("STARTTLS")).toMatchObject({ secure: true });
  expect((await session({ canSecure: false }).say("STARTTLS")).reply).toStartWith("580 ");
  expect((await session({ secured: underTls }).say("STARTTLS")).reply).toStartWith("502 ");
});

test("DATE is in the form of RFC 3977 §7.1, QUIT closes, the rest is unknown", async () => {
  const { say, dialogue } = session();
  expect((await say("DATE")).reply).toMatch(/^111 \d{14}\r\n$/);
  expect(await say("QUIT")).toMatchObject({ close: true });
  expect((await say("FROB")).reply).toStartWith("500 ");
  expect((await dialogue.answer({ kind: "overlong" })).reply).toStartWith("501 ");
});
