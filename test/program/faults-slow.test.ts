import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { needing } from "./client.ts";
import { memoryOf, socketsOf } from "./descriptors.ts";
import { eventually } from "./eventually.ts";
import { allServices, Ground, lineServices, type ServiceName } from "./ground.ts";
import { Peer } from "./peer.ts";
import { questions } from "./protocols.ts";

const servername = "mail.example";
const DRIP_MS = 100;
const SLOW_CLIENTS = 20;
const DEAF_CLIENTS = 5;
/** Their answers are far more than the buffers of the system hold. */
const QUESTIONS = 200_000;
/** Less than the answers alone, which are 75 MB and more. */
const MEMORY_BYTES = 64 * 1024 * 1024;
const { title, skip } = needing("clients that are slow on purpose", "openssl");

/** How each service says that it has waited long enough for what has begun. */
const tooIdle: Readonly<Record<ServiceName, string>> = {
  www: "HTTP/1.1 408 ",
  smtp: "421 4.4.2 ",
  nntp: "400 ",
  ftp: "421 ",
};
/** What never comes to an end. */
const drips: Readonly<Record<ServiceName, string>> = {
  www: `GET /${"a".repeat(2000)}`,
  smtp: `NOOP ${"a".repeat(2000)}`,
  nntp: `DATE ${"a".repeat(2000)}`,
  ftp: `NOOP ${"a".repeat(2000)}`,
};

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  beforeAll(async () => {
    // Those who are slow come to a site that waits for little; the others are served by the same processes meanwhile.
    const bindings = { bindings: ["127.0.0.1:0"], secureBindings: ["127.0.0.1:0"] };
    const hasty = { ...bindings, handshakeTimeout: "3s", idleTimeout: "2s" };
    const sites = allServices.map((it) => [it, { sites: { hasty } }]);
    const www = { sites: { hasty: { ...hasty, headerWaitTimeout: "2s" } } };
    const document = { ...Object.fromEntries(sites), www };
    ground = await Ground.up({ names: [servername], document });
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  /** Sends a piece at a time until the server has had enough; what it said. */
  async function drip(peer: Peer, pieces: Iterable<string>): Promise<string> {
    const rest = pieces[Symbol.iterator]();
    const timer = setInterval(() => {
      const piece = rest.next();
      if (peer.ending === undefined && piece.done !== true) peer.say(piece.value);
    }, DRIP_MS);
    const { heard } = await peer.ended();
    clearInterval(timer);
    return heard;
  }

  /** Ordinary clients of all services ask on, each time on a new connection, until `over` has come. */
  async function servedUntil<T>(over: Promise<T>): Promise<T> {
    let going = true;
    const asking = allServices.map(async (service) => {
      const port = await ground.securePort(service);
      while (going) {
        using peer = await Peer.openSecure(port, { servername });
        if (service !== "www") await peer.line();
        peer.say(questions[service].text);
        await peer.hear(questions[service].answer);
      }
    });
    const result = await over;
    going = false;
    await Promise.all(asking);
    return result;
  }

  const slowly = (one: () => Promise<string>) => Promise.all(Array.from({ length: SLOW_CLIENTS }, one));

  test("a line that never ends, byte by byte in clear and under TLS, and a handshake byte by byte, in every service", async () => {
    const slow = allServices.map(async (service) => {
      const [inClear, secure] = [await ground.port(service, "hasty"), await ground.securePort(service, "hasty")];
      const line = async (peer: Peer) => {
        if (service !== "www") await peer.line();
        return drip(peer, drips[service]);
      };
      const told = await Promise.all([
        slowly(async () => line(await Peer.open(inClear))),
        slowly(async () => line(await Peer.openSecure(secure, { servername }))),
      ]);
      for (const heard of told.flat()) expect(heard.slice(0, tooIdle[service].length)).toBe(tooIdle[service]);
      // The head of a record of 512 bytes, and what could be a first message.
      const hello = `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${"a".repeat(500)}`;
      const handshakes = await slowly(async () => drip(await Peer.open(secure), hello));
      expect(new Set(handshakes)).toEqual(new Set([""]));
    });
    await servedUntil(Promise.all(slow));
  }, 30_000);

  test("a request whose head comes line by line and never ends is not waited for longer than any other", async () => {
    function* head() {
      yield "GET / HTTP/1.1\r\n";
      for (let n = 0; ; n++) yield `X-Line-${n}: a\r\n`;
    }
    const port = await ground.port("www", "hasty");
    const heard = await servedUntil(slowly(async () => drip(await Peer.open(port), head())));
    // Neither the end of the head nor a number of lines that is too large has ended it.
    for (const it of heard) expect(it).toStartWith("HTTP/1.1 408 ");
  }, 30_000);

  test("clients that ask on and never read cost a bounded memory, and are cut, in every service with lines", async () => {
    const deaf = lineServices.map(async (service) => {
      const [pid = 0] = await ground.server.workers(service);
      const [before, sockets] = [memoryOf(pid), socketsOf(pid)];
      const port = await ground.port(service, "hasty");
      const peers = await Promise.all(Array.from({ length: DEAF_CLIENTS }, () => Peer.open(port)));
      for (const { socket } of peers) {
        socket.pause();
        socket.write("HELP\r\n".repeat(QUESTIONS));
      }
      await eventually("they are there", () => socketsOf(pid) >= sockets + DEAF_CLIENTS);
      // An ordinary client may be there at this moment.
      await eventually("they are cut", () => socketsOf(pid) <= sockets + 1, 25_000);
      expect(memoryOf(pid) - before).toBeLessThan(MEMORY_BYTES);
      for (const it of peers) it[Symbol.dispose]();
    });
    await servedUntil(Promise.all(deaf));
  }, 40_000);
});
