import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { needing } from "./client.ts";
import { memoryOf, socketsOf } from "./descriptors.ts";
import { eventually } from "./eventually.ts";
import { allServices, Ground, lineServices, type ServiceName } from "./ground.ts";
import { Peer } from "./peer.ts";
import { questions } from "./protocols.ts";

const servername = "mail.example";
const DRIP_MS = 100;
const SLOW_CLIENTS = 50;
const DEAF_CLIENTS = 5;
/** Their answers are far more than the buffers of the system hold. */
const QUESTIONS = 200_000;
/** Less than the answers alone, which are 75 MB and more. */
const MEMORY_BYTES = 64 * 1024 * 1024;
const { title, skip } = needing("clients that are slow on purpose", "openssl");

/** How each service says that it has waited long enough; HTTP has no word for it (RFC 9112 §9.6). */
const tooIdle: Readonly<Record<ServiceName, string>> = { www: "", smtp: "421 4.4.2 ", nntp: "400 ", ftp: "421 " };
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
    const hasty = { ...bindings, handshakeTimeout: "1s", idleTimeout: "1s" };
    const document = Object.fromEntries(allServices.map((it) => [it, { sites: { hasty } }]));
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

  for (const service of allServices)
    test(`${service}: a line that never ends, byte by byte in clear and under TLS, and a handshake byte by byte`, async () => {
      const [inClear, secure] = [await ground.port(service, "hasty"), await ground.securePort(service, "hasty")];
      const line = async (peer: Peer) => {
        if (service !== "www") await peer.line();
        return drip(peer, drips[service]);
      };
      const ways = [
        slowly(async () => line(await Peer.open(inClear))),
        slowly(async () => line(await Peer.openSecure(secure, { servername }))),
        // The head of a record of 512 bytes, and what could be a first message.
        slowly(async () =>
          drip(await Peer.open(secure), `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${"a".repeat(500)}`),
        ),
      ];
      const [plain = [], secured = [], handshakes = []] = await servedUntil(Promise.all(ways));
      for (const heard of [...plain, ...secured])
        expect(heard.slice(0, tooIdle[service].length)).toBe(tooIdle[service]);
      expect(new Set(handshakes)).toEqual(new Set([""]));
    }, 30_000);

  test("a request whose head comes line by line and never ends is not waited for longer than any other", async () => {
    function* head() {
      yield "GET / HTTP/1.1\r\n";
      for (let n = 0; ; n++) yield `X-Line-${n}: a\r\n`;
    }
    const port = await ground.port("www", "hasty");
    const heard = await servedUntil(slowly(async () => drip(await Peer.open(port), head())));
    // Neither the end of the head nor a number of lines that is too large has ended it.
    expect(new Set(heard)).toEqual(new Set([""]));
  }, 30_000);

  for (const service of lineServices)
    test(`${service}: a client that asks on and never reads costs a bounded memory, and is cut`, async () => {
      const [pid = 0] = await ground.server.workers(service);
      const [before, sockets] = [memoryOf(pid), socketsOf(pid)];
      const port = await ground.port(service, "hasty");
      const deaf = await Promise.all(
        Array.from({ length: DEAF_CLIENTS }, async () => {
          const peer = await Peer.open(port);
          peer.socket.pause();
          peer.say("HELP\r\n".repeat(QUESTIONS));
          return peer;
        }),
      );
      await eventually("they are there", () => socketsOf(pid) >= sockets + DEAF_CLIENTS);
      // An ordinary client may be there at this moment.
      await servedUntil(eventually("they are cut", () => socketsOf(pid) <= sockets + 1));
      const grown = memoryOf(pid) - before;
      expect(grown).toBeLessThan(MEMORY_BYTES);
      for (const it of deaf) it[Symbol.dispose]();
    }, 40_000);
});
