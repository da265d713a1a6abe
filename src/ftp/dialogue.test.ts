import { expect, test } from "bun:test";
import { fakeLogin } from "../account/testing/fake-login.ts";
import { systemClock } from "../base/clock.ts";
import { noAccessLog } from "../net/access-log/access-log.ts";
import type { Connection } from "../net/connection.ts";
import { usualLimits } from "../net/line/line-dialogue.ts";
import { siteMetrics } from "../net/metrics/metrics.ts";
import { MetricsBook } from "../net/metrics/metrics-book.ts";
import { fakeConnection, underTls } from "../net/testing/fake-connection.ts";
import { lineSite } from "../service/line-site.ts";
import { ftpProtocol } from "../service/protocol.ts";
import { FtpDialogue } from "./dialogue.ts";

const words = (greeting: string) => ({ greeting, limits: usualLimits, login: fakeLogin() });

function session(more: Partial<Connection> = {}) {
  const dialogue = new FtpDialogue(words("Hello"), fakeConnection(more));
  return { dialogue, say: async (text: string) => dialogue.answer({ kind: "line", text }) };
}

test("nothing goes without a login, and files are not there yet with one", async () => {
  const { say } = session({ secured: underTls });
  expect((await say("RETR x")).reply).toStartWith("530 ");
  expect((await say("PASS right")).reply).toStartWith("503 ");
  expect((await say("USER ada")).reply).toStartWith("331 ");
  expect((await say("PASS right")).reply).toStartWith("230 Welcome, ada");
  expect((await say("RETR x")).reply).toStartWith("502 ");
  expect((await say("USER bob")).reply).toStartWith("503 ");
});

test("a wrong password, a blocked address and a busy server are told apart", async () => {
  const { say } = session({ secured: underTls });
  const login = async (name: string) => {
    await say(`USER ${name}`);
    return say("PASS wrong");
  };
  expect((await login("ada")).reply).toStartWith("530 ");
  expect(await login("blocked")).toMatchObject({ close: true });
  expect((await login("busy")).reply).toStartWith("430 ");
  expect((await say("PASS right")).reply).toStartWith("503 ");
});

test("in clear no password is asked for; AUTH TLS begins the handshake, after which USER comes again", async () => {
  const { say } = session();
  expect((await say("USER ada")).reply).toStartWith("530 ");
  expect((await say("PBSZ 0")).reply).toStartWith("503 ");
  expect((await say("AUTH SSL")).reply).toStartWith("504 ");
  expect(await say("AUTH TLS")).toMatchObject({ secure: true });
  const secured = session({ secured: underTls });
  await secured.say("USER ada");
  secured.dialogue.secured();
  expect((await secured.say("PASS right")).reply).toStartWith("503 ");
  expect((await secured.say("PBSZ 0")).reply).toBe("200 PBSZ=0\r\n");
  expect((await secured.say("AUTH TLS")).reply).toStartWith("503 ");
  expect((await secured.say("PROT P")).reply).toBe("200 Done\r\n");
  expect((await secured.say("PROT S")).reply).toStartWith("536 ");
  expect((await session().say("PROT P")).reply).toStartWith("503 ");
  expect((await session({ canSecure: false }).say("AUTH TLS")).reply).toStartWith("431 ");
});

test("HOST goes to the site of that name, and to none that is not there", async () => {
  const metrics = new MetricsBook(siteMetrics.end).site("other");
  const other = lineSite(
    { path: "x/sites/a", report: () => {}, clock: systemClock, log: noAccessLog, metrics },
    {
      protocol: ftpProtocol,
      dialogue: (connection) => new FtpDialogue(words("The other"), connection),
      awayFarewell: "",
    },
  );
  const { say } = session({ moveTo: (name) => (name === "other.example" ? other : undefined) });
  expect((await say("HOST nobody.example")).reply).toStartWith("504 ");
  const answer = await say("HOST other.example");
  expect(answer.reply).toStartWith("220 The other; ");
  expect("become" in answer && answer.become.greeting).toStartWith("220 The other; ");
});

test("QUIT closes, NOOP is answered, the rest is unknown", async () => {
  const { say } = session();
  expect(await say("quit")).toMatchObject({ close: true });
  expect((await say("NOOP")).reply).toBe("200 Done\r\n");
  expect((await say("FROB")).reply).toStartWith("500 ");
  expect((await say("FEAT")).reply).toBe(
    "211-Features\r\n AUTH TLS\r\n PBSZ\r\n PROT\r\n HOST\r\n UTF8\r\n211 End\r\n",
  );
});

test("a greeting goes out as UTF-8", () => {
  const { greeting } = new FtpDialogue(words("Grüß Gott"), fakeConnection());
  expect(Buffer.from(greeting, "latin1").toString("utf8")).toStartWith("220 Grüß Gott; ");
});
