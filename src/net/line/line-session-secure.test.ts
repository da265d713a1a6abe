import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { systemClock } from "../../base/clock.ts";
import { bad, expectGood, good } from "../../base/result.ts";
import type { Secured } from "../connection.ts";
import { selfSigned, type TestCertificate } from "../testing/certificates.ts";
import { echo, LineRig, turns } from "../testing/line-rig.ts";
import { handshake } from "../tls/handshake.ts";
import { SecureContexts } from "../tls/secure-contexts.ts";
import type { LineDialogue } from "./line-dialogue.ts";
import type { Securable } from "./line-session.ts";

const rig = new LineRig();
afterEach(() => rig.close());

/** STARTTLS asks for the handshake; what was told of it, and every line, is kept in `heard`. */
function secretive() {
  const heard: string[] = [];
  let ended = 0;
  const dialogue: LineDialogue = {
    ...echo,
    answer(line) {
      heard.push(line.kind === "line" ? line.text : line.kind);
      return heard.at(-1) === "STARTTLS" ? { reply: "220 go\r\n", secure: true } : echo.answer(line);
    },
    secured: ({ protocol }, droppedBytes) => void heard.push(`${protocol}, ${droppedBytes} dropped`),
    ended: () => void ended++,
  };
  return { dialogue, heard, ended: () => ended };
}

const facts: Secured = {
  protocol: "TLSv1.3",
  cipher: "none",
  serverName: undefined,
  alpn: undefined,
  clientName: undefined,
  clientFingerprint: undefined,
  clientDistrust: undefined,
  resumed: false,
};

/** A handshake that the test does: the same socket goes on, and `look` sees it as it was handed over. */
function byHand(look: (socket: Socket) => void = () => {}) {
  const done = Promise.withResolvers<void>();
  const connection: Securable & { secured: Secured | undefined } = {
    secured: undefined,
    async secure(socket) {
      look(socket);
      await done.promise;
      connection.secured = facts;
      return good(socket);
    },
  };
  return { connection, done: () => done.resolve() };
}

test("what came in clear behind the command is dropped and told, and the session goes on behind the handshake", async () => {
  const { dialogue, heard } = secretive();
  const seen: (readonly [number, number])[] = [];
  const { connection, done } = byHand((it) => seen.push([it.listenerCount("data"), it.readableLength]));
  const { client } = await rig.open(dialogue, systemClock, () => connection);
  client.say("a\r\nSTARTTLS\r\nRCPT TO:<x>\r\nhalf");
  await client.hear("220 go\r\n");
  expect(seen).toEqual([[0, 0]]);
  done();
  await turns(1);
  client.say("b\r\n");
  await client.hear("250 b\r\n");
  expect(heard).toEqual(["a", "STARTTLS", `TLSv1.3, ${"RCPT TO:<x>\r\nhalf".length} dropped`, "b"]);
});

test("the reply has left in clear before the handshake begins, however slowly the client reads", async () => {
  const reply = `${"220-x\r\n".repeat(1_000_000)}220 go\r\n`;
  let asked = false;
  const { connection } = byHand((socket) => {
    asked = true;
    expect(socket.writableLength).toBe(0);
  });
  const dialogue: LineDialogue = { ...echo, answer: () => ({ reply, secure: true }) };
  const { client } = await rig.open(dialogue, systemClock, () => connection);
  await client.hear("200 hello\r\n");
  client.socket.pause();
  client.say("STARTTLS\r\n");
  await turns(200);
  expect(asked).toBe(false);
  client.socket.resume();
  while (!asked) await turns(1);
});

test("a session asked to finish during the handshake says so behind it", async () => {
  const { dialogue, heard } = secretive();
  const { connection, done } = byHand();
  const { client, session } = await rig.open(dialogue, systemClock, () => connection);
  client.say("STARTTLS\r\n");
  await client.hear("220 go\r\n");
  session.finish();
  await turns();
  expect(client.heard()).toBe("");
  done();
  await client.hear("400 stopping\r\n");
  expect(await client.ended).toBe("closed");
  expect(heard.length).toBe(2);
});

test("a handshake that fails is the end of the session, and of nothing else", async () => {
  const { dialogue, heard, ended } = secretive();
  const failing: Securable = {
    secured: undefined,
    async secure(socket) {
      socket.destroy();
      return bad("no common protocol");
    },
  };
  const { client } = await rig.open(dialogue, systemClock, () => failing);
  client.say("STARTTLS\r\na\r\n");
  await client.ended;
  await turns();
  expect([heard, ended()]).toEqual([["STARTTLS"], 1]);
});

const contexts = new SecureContexts();

/** A handshake of the front, with a certificate of ours. */
function byTls({ chain, key }: TestCertificate): Securable {
  const security = { certificate: null, clientCertificate: "off", authorities: "", protocols: [] } as const;
  const found = contexts.find({ name: "a", chain, key, generation: 1 }, { ...security, versionMin: "TLSv1.2" });
  const offer = () => good({ context: expectGood(found), protocols: [], clientCertificate: "off" as const });
  const connection: Securable & { secured: Secured | undefined } = {
    secured: undefined,
    async secure(socket) {
      const done = await handshake(socket, { choose: offer, limitMs: 10_000, clock: systemClock });
      if (!done.ok) return bad(done.error.is);
      connection.secured = done.value.secured;
      return good(done.value.socket);
    },
  };
  return connection;
}

/** The client's half of the handshake on a connection that was in clear. */
const secureClient = (socket: Socket): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    socket.removeAllListeners("data");
    const secured: TLSSocket = connectTls({ socket, rejectUnauthorized: false }, () => resolve(secured));
    secured.once("error", reject);
  });

describe.skipIf(Bun.which("openssl") === null)("under TLS (needs openssl)", () => {
  let certificate: TestCertificate = { chain: "", key: "" };
  beforeAll(() => {
    certificate = selfSigned("a.example");
  });

  test("of five hundred clients at once, none has a line acted upon that was put in before the handshake", async () => {
    const { dialogue, heard } = secretive();
    const conversation = async () => {
      const { client } = await rig.open(dialogue, systemClock, () => byTls(certificate));
      client.say("STARTTLS\r\nINJECTED\r\n");
      await client.hear("220 go\r\n");
      const secured = await secureClient(client.socket);
      secured.write("HELLO\r\nQUIT\r\n");
      let said = "";
      for await (const chunk of secured) said += chunk;
      return said;
    };
    const said = await Promise.all(Array.from({ length: 500 }, conversation));
    expect(new Set(said)).toEqual(new Set(["250 HELLO\r\n205 bye\r\n"]));
    expect(heard).not.toContain("INJECTED");
    expect(heard.filter((it) => it === "TLSv1.3, 10 dropped").length).toBe(500);
  }, 30_000);

  test("what comes in clear after the reply is no handshake, and ends the session", async () => {
    const { dialogue, heard, ended } = secretive();
    const { client } = await rig.open(dialogue, systemClock, () => byTls(certificate));
    client.say("STARTTLS\r\n");
    await client.hear("220 go\r\n");
    client.say("INJECTED\r\n");
    await client.ended;
    while (ended() === 0) await turns(1);
    expect(heard).toEqual(["STARTTLS"]);
  });
});
