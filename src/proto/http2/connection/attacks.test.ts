// Those who would have us work for nothing: each is borne for a while, and then told to be calm, RFC 9113 §10.5.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Answer } from "../../http/answer/answer.ts";
import type { RequestBody } from "../../http/request.ts";
import { answerOf, Pieces } from "../../http/testing/rig.ts";
import { ask, begin, block, data, frame, get, ping, post, reset, settings, window } from "../testing/frames.ts";
import { Rig, type RigLimits } from "../testing/rig.ts";

const CALM = /^goAway \d+ 11$/;
const promise = new Promise<Answer>(() => {});
const page = () => answerOf("x");

/** How many times it is borne; none where it always is. */
function borne(rig: Rig, attack: (turn: number) => readonly Buffer[], turns = 3000): number {
  for (let turn = 0; turn < turns; turn++) {
    rig.hear(...attack(turn));
    if (rig.turns.includes("end")) {
      expect(rig.told().at(-1)).toMatch(CALM);
      expect(rig.log.at(-1)).toMatch(/^ {2}400 17 whole$/);
      return turn;
    }
  }
  return Number.POSITIVE_INFINITY;
}

type StreamLimits = NonNullable<RigLimits["streams"]>;
const limits = (streams: StreamLimits): RigLimits => ({ streams });
const odd = (turn: number) => 2 * turn + 1;

test("requests that are broken off as soon as they are asked", () => {
  const rig = Rig.open(() => promise, limits({ resetsMax: 20 }));
  expect(borne(rig, (turn) => [ask(odd(turn)), reset(odd(turn))])).toBe(20);
  expect(rig.log.filter((it) => it === "GET / unanswered")).toHaveLength(21);
});

test("a client that breaks off one request for each that is answered is borne", () => {
  const rig = Rig.open(({ path }) => (path === "/slow" ? promise : page()), limits({ resetsMax: 20 }));
  const turn = (at: number) => [ask(odd(2 * at), get("/slow")), reset(odd(2 * at)), ask(odd(2 * at + 1))];
  expect(borne(rig, turn)).toBe(Number.POSITIVE_INFINITY);
});

test("requests that are broken off while others keep them from their turn leave nothing behind", async () => {
  const bodies: WeakRef<Pieces>[] = [];
  const large = () => {
    const body = new Pieces(["x".repeat(20)], 20);
    bodies.push(new WeakRef(body));
    return answerOf("", { body });
  };
  const rig = Rig.open(({ path }) => (path === "/large" ? large() : page()), limits({ piecesMax: 1, resetsMax: 20 }));
  rig.hear(settings([4, 10]), ask(1, get("/large")));
  for (let at = 3; at < 2003; at += 4) rig.hear(ask(at, get("/large"))).hear(reset(at), ask(at + 2));
  // What a weak reference was made of in this turn is not collected.
  await new Promise((resolve) => setImmediate(resolve));
  Bun.gc(true);
  expect(bodies.filter((it) => it.deref() !== undefined).length).toBeLessThan(50);
  expect(rig.connection.awaits).toBe("answer");
});

test("requests that we break off, as the client makes us", () => {
  const ways: Readonly<Record<string, (stream: number) => readonly Buffer[]>> = {
    "a window that grows by nothing": (stream) => [ask(stream), window(stream, 0)],
    "a body behind the end": (stream) => [ask(stream), data(stream, "x")],
    "a second head": (stream) => [begin(stream), frame("headers", 4, stream, block([["a", "b"]]))],
  };
  for (const [way, attack] of Object.entries(ways)) {
    const rig = Rig.open(() => promise, limits({ resetsMax: 20 }));
    expect([way, borne(rig, (turn) => attack(odd(turn)))]).toEqual([way, 20]);
  }
});

test("requests beyond those that were agreed", () => {
  expect(
    borne(
      Rig.open(() => promise, limits({ streamsMax: 5, resetsMax: 20 })),
      (turn) => [ask(odd(turn))],
    ),
  ).toBe(25);
});

test("a head that never ends", () => {
  const open = (more: StreamLimits) => Rig.open(page, limits(more)).hear(frame("headers", 1, 1, block(get())));
  expect(borne(open({ blockFramesMax: 10 }), () => [frame("continuation", 0, 1)])).toBe(9);
  const large = frame("continuation", 0, 1, Buffer.alloc(16_384, 0x82));
  expect(borne(open({ blockFramesMax: 1000 }), () => [large])).toBe(9);
});

test("frames that bring nothing", () => {
  const ways: Readonly<Record<string, readonly Buffer[]>> = {
    PING: [ping()],
    "PING that comes back unasked": [frame("ping", 1, 0, Buffer.from("12345678"))],
    SETTINGS: [settings([4, 100])],
    PRIORITY: [frame("priority", 0, 1, Buffer.alloc(5))],
    "an unknown frame": [frame(200, 0, 0)],
    "a window that grows by a byte": [window(0, 1)],
    "a window of a stream that grows by a byte": [window(1, 1)],
    "a window of a stream that has ended": [window(3, 1)],
    "empty DATA": [data(1, "")],
    "empty DATA with padding": [frame("data", 8, 1, Buffer.from([3, 0, 0, 0]))],
    "RST_STREAM of a stream that has ended": [reset(3)],
    GOAWAY: [frame("goAway", 0, 0, Buffer.alloc(8))],
  };
  for (const [way, frames] of Object.entries(ways)) {
    const rig = Rig.open(({ path }) => (path === "/page" ? page() : promise), limits({ idleFramesMax: 100 }));
    const turns = borne(rig.hear(begin(1), ask(3, get("/page"))), () => frames);
    expect([way, turns > 90 && turns <= 100]).toEqual([way, true]);
  }
});

test("a download whose windows are told byte by byte is borne for as long as it goes on", () => {
  const rig = Rig.open(() => answerOf("x".repeat(3_000_000)), limits({ idleFramesMax: 100 })).hear(ask(1));
  expect(borne(rig, () => [window(0, 700), window(1, 700)])).toBe(Number.POSITIVE_INFINITY);
});

test("replies that nobody reads", () => {
  const rig = Rig.open(page, limits({ waitingRepliesMax: 30 }));
  rig.hears = false;
  rig.hear(ask(1));
  expect(borne(rig, (turn) => [turn % 2 === 0 ? ping() : settings()])).toBe(30);
});

test("a small block that becomes a large head is refused, and costs no more than its bytes", () => {
  // A field of 4033 bytes that fills the table, and then is said a thousand times with one byte.
  const long = Buffer.concat([Buffer.from("4001787fa11e", "hex"), Buffer.alloc(4000, "y")]);
  const bomb = Buffer.concat([block(get()), long, Buffer.alloc(12_000, 0xbe)]);
  const rig = Rig.open(page).hear(frame("headers", 5, 1, bomb));
  expect(rig.told()[0]).toContain("headers 1 :status=431");
  expect(rig.log[0]).toMatch(/^GET \/ 431 /);
  rig.hear(ask(3));
  expect(rig.told()).toEqual(["headers 3 :status=200 content-length=1", "data 3 x end"]);
});

test("a body in which each frame has one byte is kept in one piece", async () => {
  const asked = Promise.withResolvers<RequestBody>();
  const rig = Rig.open(({ body }) => {
    if (body !== undefined) asked.resolve(body);
    return promise;
  }).hear(begin(1));
  for (let count = 0; count < 600; count++) rig.hear(...Array.from({ length: 100 }, () => data(1, "x")));
  const pieces: number[] = [];
  const take = (piece: Buffer) => void pieces.push(piece.length);
  (await asked.promise).receive({ take, end: () => {}, lost: () => {} }, 1e6);
  expect(pieces).toEqual([60_000]);
});

test("a body beyond the windows that it was given", () => {
  const rig = Rig.open(() => promise).hear(begin(1));
  for (let count = 0; count < 5; count++) rig.hear(data(1, "x".repeat(16_000)));
  expect(rig.told()).toEqual(["resetStream 1 3"]);
  const all = Rig.open(() => promise, limits({ bodyWindowBytes: 2_000_000 })).hear(begin(1));
  for (let count = 0; count < 80; count++) all.hear(data(1, "x".repeat(16_000)));
  expect(all.told().at(-1)).toBe("goAway 1 3");
});

test("whatever frames come, it goes on or ends in order, and each request is over once", () => {
  const stream = fc.constantFrom(0, 1, 2, 3, 5, 7, 9);
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 12 }).map((it) => Buffer.from(it)),
    fc.constantFrom(block(get()), block(post()), block(post(["content-length", "3"]))),
  );
  const kind = fc.oneof(fc.constantFrom("data" as const, "headers" as const, "resetStream" as const), fc.nat(12));
  const frames = fc.array(
    fc.tuple(kind, fc.constantFrom(0, 1, 4, 5, 5, 5, 12, 40, 255), stream, payload).map((it) => frame(...it)),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(frames, fc.boolean(), (all, hears) => {
      let asked = 0;
      const rig = Rig.open(({ path, body }) => {
        asked++;
        body?.receive({ take: () => {}, end: () => {}, lost: () => {} }, 5);
        return path === "/" && asked % 2 === 0 ? promise : page();
      });
      rig.hears = hears;
      for (const it of all) rig.hear(it);
      rig.hears = true;
      rig.connection.drained();
      rig.connection.closed();
      const over = rig.log.filter((it) => !it.startsWith("  ") && !it.endsWith("abandoned"));
      expect(over.length).toBeGreaterThanOrEqual(asked);
      expect(rig.turns.length).toBeLessThanOrEqual(1);
      rig.told();
    }),
    { numRuns: 300 },
  );
});
