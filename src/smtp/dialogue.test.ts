import { expect, test } from "bun:test";
import { fakeLogin } from "../account/testing/fake-login.ts";
import type { Connection } from "../net/connection.ts";
import { usualLimits } from "../net/line/line-dialogue.ts";
import { fakeConnection, underTls } from "../net/testing/fake-connection.ts";
import { SmtpDialogue } from "./dialogue.ts";

function session(more: Partial<Connection> = {}) {
  const words = { name: "mail.example", limits: usualLimits, login: fakeLogin() };
  const dialogue = new SmtpDialogue(words, fakeConnection(more));
  return { dialogue, say: async (text: string) => dialogue.answer({ kind: "line", text }) };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("mail is refused for now, so that its sender keeps it", async () => {
  const { say } = session();
  expect((await say("mail from:<a@b>")).reply).toStartWith("451 4.3.2 ");
  expect((await say("RCPT TO:<a@b>")).reply).toStartWith("503 ");
});

test("QUIT closes, unknown commands and bad lines do not", async () => {
  const { say, dialogue } = session();
  expect(await say("quit")).toMatchObject({ close: true });
  expect(await say("XYZ")).toEqual({ reply: "500 5.5.1 Unknown command\r\n" });
  expect((await dialogue.answer({ kind: "bare-lf", text: "QUIT" })).reply).toStartWith("500 5.5.2 ");
  expect((await say("toString")).reply).toStartWith("500 ");
});

test("in clear TLS is offered and no password is taken; under TLS it is the other way round", async () => {
  const clear = session();
  expect((await clear.say("EHLO me")).reply).toBe("250-mail.example\r\n250-STARTTLS\r\n250 ENHANCEDSTATUSCODES\r\n");
  expect((await clear.say(`AUTH PLAIN ${base64("\0ada\0right")}`)).reply).toStartWith("538 ");
  expect(await clear.say("STARTTLS")).toEqual({ reply: "220 2.0.0 Begin TLS now\r\n", secure: true });
  const secure = session({ secured: underTls, canSecure: false });
  expect((await secure.say("EHLO me")).reply).toContain("250-AUTH PLAIN LOGIN\r\n");
  expect((await secure.say("STARTTLS")).reply).toStartWith("503 ");
});

test("without a certificate STARTTLS is neither offered nor begun", async () => {
  const { say } = session({ canSecure: false });
  expect((await say("EHLO me")).reply).not.toContain("STARTTLS");
  expect((await say("STARTTLS")).reply).toStartWith("454 4.7.0 ");
});

test("a login by each mechanism, in one step or in many; what is wrong keeps its own code", async () => {
  const secured = { secured: underTls, canSecure: false };
  expect((await session(secured).say(`AUTH PLAIN ${base64("\0ada\0right")}`)).reply).toStartWith("235 ");
  const { say } = session(secured);
  expect((await say("auth login")).reply).toBe(`334 ${base64("Username:")}\r\n`);
  expect((await say(base64("ada"))).reply).toBe(`334 ${base64("Password:")}\r\n`);
  expect((await say(base64("wrong"))).reply).toStartWith("535 5.7.8 ");
  expect((await say("AUTH PLAIN")).reply).toBe("334 \r\n");
  expect((await say("*")).reply).toStartWith("501 ");
  expect((await say("AUTH NTLM")).reply).toStartWith("504 ");
  expect((await say("AUTH PLAIN !")).reply).toStartWith("501 ");
  expect((await say(`AUTH PLAIN ${base64("\0busy\0x")}`)).reply).toStartWith("454 ");
  expect(await say(`AUTH PLAIN ${base64("\0blocked\0x")}`)).toMatchObject({ close: true });
  expect((await say(`AUTH PLAIN ${base64("\0elsewhere\0x")}`)).reply).toStartWith("535 ");
  expect((await say(`AUTH PLAIN ${base64("\0ada\0right")}`)).reply).toStartWith("235 ");
  expect((await say("AUTH PLAIN")).reply).toStartWith("503 ");
});

test("after the handshake nothing counts that was said before it", async () => {
  const { say, dialogue } = session({ secured: underTls });
  await say(`AUTH PLAIN ${base64("\0ada\0right")}`);
  dialogue.secured();
  expect((await say("EHLO me")).reply).toContain("AUTH PLAIN");
});
