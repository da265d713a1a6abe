// How a connection of HTTP/2 begins, goes on and ends.
import { expect, test } from "bun:test";
import type { Answer } from "../../http/answer/answer.ts";
import { answerOf, withBody } from "../../http/testing/rig.ts";
import { PREFACE } from "../frame/frame-kinds.ts";
import {
  ask,
  begin,
  block,
  data,
  frame,
  get,
  greeting,
  number,
  ping,
  reset,
  settings,
  window,
} from "../testing/frames.ts";
import { Rig } from "../testing/rig.ts";

const page = () => answerOf("x");
const answered = (stream: number) => [`headers ${stream} :status=200 content-length=1`, `data ${stream} x end`];

test("a request is answered, and all that is said in one burst leaves in one write", () => {
  const rig = new Rig(({ path }) => answerOf(`<${path}>`)).hear(greeting, ask(1, get("/a?b")), ask(3));
  expect(rig.writes).toHaveLength(1);
  expect(rig.told()).toEqual([
    "settings 000300000080000600010000",
    "windowUpdate 983041",
    "settings ack",
    "headers 1 :status=200 content-length=6",
    "headers 3 :status=200 content-length=3",
    "data 1 </a?b> end",
    "data 3 </> end",
  ]);
  expect(rig.log).toEqual(["GET /a?b 200 61 whole", "GET / 200 58 whole"]);
});

test("it makes no difference how the bytes arrive", async () => {
  const parts = [greeting, begin(1), data(1, "abc"), ping(), ask(3), data(1, "", true), window(1, 5), ask(6)];
  const bytes = Buffer.concat(parts);
  /** Sorted and without windows: answers may leave before or after the next frame is looked at, and bodies be taken so. */
  const heard = async (pieces: readonly Buffer[]) => {
    const rig = new Rig((request) => withBody(request, (body) => answerOf(`<${body}>`)));
    for (const piece of pieces) {
      rig.hear(piece);
      await Promise.resolve();
    }
    const told = rig.told().filter((it) => !it.startsWith("windowUpdate"));
    return [told.toSorted(), rig.log.toSorted()];
  };
  const whole = await heard([bytes.subarray(0, bytes.length - 1), bytes.subarray(-1)]);
  expect(whole[0]).toContain("data 1 <abc> end");
  expect(whole[0]).toContain("goAway 3 1");
  for (let at = 1; at < bytes.length - 1; at++)
    expect(await heard([bytes.subarray(0, at), bytes.subarray(at, -1), bytes.subarray(-1)])).toEqual(whole);
  expect(await heard([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
});

test("a head may be split into frames at each byte", () => {
  const head = block(get("/long"));
  for (let at = 0; at <= head.length; at++) {
    const rig = Rig.open(page).hear(
      frame("headers", 1, 1, head.subarray(0, at)),
      frame("continuation", 4, 1, head.subarray(at)),
    );
    expect(rig.told()).toEqual(answered(1));
  }
});

test("padding and priorities are left out", () => {
  const padded = Buffer.concat([Buffer.from([3]), number(0), Buffer.from([16]), block(get()), Buffer.alloc(3)]);
  const rig = Rig.open(page).hear(frame("headers", 1 | 4 | 8 | 32, 1, padded));
  expect(rig.told()).toEqual(answered(1));
});

test("what nobody knows is passed by", () => {
  const rig = Rig.open(page).hear(
    frame(99, 255, 7, Buffer.from("what is this")),
    frame("priority", 0, 9, Buffer.alloc(5)),
    settings([99, 1], [0x10, 7]),
    ask(1),
  );
  expect(rig.told()).toEqual(["settings ack", ...answered(1)]);
});

/** What ends the connection, and with which code: RFC 9113 §7. */
const broken: Readonly<Record<string, readonly [code: number, ...frames: Buffer[]]>> = {
  "a frame that is too large": [6, frame("data", 0, 1, Buffer.alloc(16_385))],
  "a PING of seven bytes": [6, frame("ping", 0, 0, Buffer.alloc(7))],
  "a PING for a stream": [1, frame("ping", 0, 1, Buffer.alloc(8))],
  "a RST_STREAM of three bytes": [6, ask(1), frame("resetStream", 0, 1, Buffer.alloc(3))],
  "a RST_STREAM for none": [1, reset(0)],
  "a RST_STREAM for a stream that was never begun": [1, reset(1)],
  "a PRIORITY of four bytes": [6, frame("priority", 0, 1, Buffer.alloc(4))],
  "SETTINGS of seven bytes": [6, frame("settings", 0, 0, Buffer.alloc(7))],
  "SETTINGS for a stream": [1, frame("settings", 0, 1)],
  "an acknowledgement that says something": [6, frame("settings", 1, 0, Buffer.alloc(6))],
  "a push that is neither on nor off": [1, settings([2, 2])],
  "frames that may be smaller than all have to take": [1, settings([5, 16_383])],
  "frames that may be larger than any": [1, settings([5, 2 ** 24])],
  "a window of 2 GiB": [3, settings([4, 2 ** 31])],
  "a WINDOW_UPDATE of five bytes": [6, frame("windowUpdate", 0, 0, Buffer.alloc(5))],
  "a window that grows by nothing": [1, window(0, 0)],
  "a window that grows beyond all": [3, window(0, 2 ** 31 - 1)],
  "a WINDOW_UPDATE for a stream that was never begun": [1, window(1, 1)],
  "a GOAWAY of seven bytes": [6, frame("goAway", 0, 0, Buffer.alloc(7))],
  "a promise to push": [1, frame("pushPromise", 4, 1, Buffer.alloc(4))],
  "DATA for none": [1, data(0, "x")],
  "DATA for a stream that was never begun": [1, data(1, "x")],
  "DATA that is all padding": [1, begin(1), frame("data", 8, 1, Buffer.from([5, 0, 0, 0, 0]))],
  "DATA without the size of its padding": [1, begin(1), frame("data", 8, 1)],
  "HEADERS for none": [1, ask(0)],
  "HEADERS for an even stream": [1, ask(2)],
  "HEADERS without room for their priority": [6, frame("headers", 5 | 32, 1, Buffer.alloc(4))],
  "HEADERS for a stream that has ended": [5, ask(3), ask(1)],
  "HEADERS that cannot be read": [9, frame("headers", 5, 1, Buffer.from([0x80]))],
  "a CONTINUATION of nothing": [1, frame("continuation", 4, 1)],
  "a frame within a head": [1, frame("headers", 1, 1, block(get())), ping()],
  "a CONTINUATION of another head": [1, frame("headers", 1, 1, block(get())), frame("continuation", 4, 3)],
};

for (const [what, [code, ...frames]] of Object.entries(broken))
  test(`${what} ends the connection`, () => {
    const rig = Rig.open(page).hear(...frames);
    const told = rig.told();
    expect(told.at(-1)).toMatch(new RegExp(`^goAway \\d ${code}$`));
    expect(rig.turns).toEqual(["end"]);
    expect(rig.log.at(-1)).toMatch(/^ {2}400 17 whole$/);
    rig.hear(ask(5));
    expect(rig.told()).toEqual([]);
  });

test("what is no beginning of HTTP/2 ends the connection at once", () => {
  for (const bytes of ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.1"]) {
    const rig = new Rig(page).hear(Buffer.from(bytes));
    expect(rig.told().at(-1)).toBe("goAway 0 1");
    expect(rig.turns).toEqual(["end"]);
  }
  expect(new Rig(page).hear(PREFACE, ping()).told().at(-1)).toBe("goAway 0 1");
  expect(
    new Rig(page)
      .hear(PREFACE, frame("settings", 1, 0))
      .told()
      .at(-1),
  ).toBe("goAway 0 1");
});

test("a client that goes on after the end of its connection is cut off", () => {
  const rig = new Rig(page, { connection: { lingerBytesMax: 100 } }).hear(Buffer.from("nonsense"));
  rig.hear(Buffer.alloc(60)).hear(Buffer.alloc(60)).hear(Buffer.alloc(60));
  expect(rig.turns).toEqual(["end", "cut"]);
});

test("a PING comes back as it was", () => {
  expect(Rig.open(page).hear(ping("abcdefgh")).told()).toEqual(["ping ack"]);
});

test("to its end a connection answers all that was asked before the client knew, and nothing behind that", () => {
  const later = Promise.withResolvers<Answer>();
  const rig = Rig.open(({ path }) => (path === "/later" ? later.promise : page()));
  rig.hear(ask(1, get("/later")));
  rig.connection.finish();
  const mark = frame("ping", 1, 0, Buffer.from([...Buffer.from("mark"), 0, 0, 0, 0]));
  expect(rig.told()).toEqual(["goAway 2147483647 0", "ping mark\0\0\0\0"]);
  rig.hear(ask(3));
  expect(rig.told()).toEqual(answered(3));
  rig.hear(mark, ask(5));
  expect(rig.told()).toEqual(["goAway 3 0"]);
  expect(rig.turns).toEqual([]);
  later.resolve(page());
  return later.promise.then(() => {
    expect(rig.told()).toEqual(answered(1));
    expect(rig.turns).toEqual(["end"]);
    expect(rig.log).toHaveLength(2);
  });
});

test("a mark that was never sent ends nothing", () => {
  const mark = frame("ping", 1, 0, Buffer.from("mark\0\0\0\0"));
  expect(Rig.open(page).hear(mark, ask(1)).told()).toEqual(answered(1));
});

test("what was asked before the protocol was broken is answered", () => {
  expect(Rig.open(page).hear(ask(1), ask(2)).told()).toEqual([...answered(1), "goAway 1 1"]);
});

test("a client that does not answer the farewell is taken for one that asks nothing more", () => {
  const rig = Rig.open(page);
  rig.connection.finish();
  expect(rig.connection.awaits).toBe("request");
  rig.told();
  rig.connection.late();
  expect(rig.told()).toEqual(["goAway 0 0"]);
  expect([rig.turns, rig.connection.awaits]).toEqual([["end"], "end"]);
});

test("a client that goes gets what it asked, and the connection ends behind it", () => {
  const rig = Rig.open(page).hear(ask(1), frame("goAway", 0, 0, Buffer.alloc(8)));
  expect(rig.told()).toEqual([...answered(1), "goAway 2147483647 0", "ping mark\0\0\0\0"]);
  rig.connection.inputOver();
  expect(rig.told()).toEqual(["goAway 1 0"]);
  expect(rig.turns).toEqual(["end"]);
});

test("a client that sends nothing more still gets its answers, and half a body is none", async () => {
  const later = Promise.withResolvers<Answer>();
  const rig = Rig.open(() => later.promise).hear(ask(1), begin(3));
  rig.connection.inputOver();
  expect(rig.told().join("\n")).toContain("headers 3 :status=400");
  expect(rig.turns).toEqual([]);
  later.resolve(page());
  await later.promise;
  expect(rig.told()).toEqual(answered(1));
  expect(rig.turns).toEqual(["end"]);
});

test("an answer that is to be the last one says farewell", () => {
  const rig = Rig.open(() => answerOf("x", { close: true })).hear(ask(1));
  expect(rig.told()).toEqual([...answered(1), "goAway 2147483647 0", "ping mark\0\0\0\0"]);
});

test("half a head is awaited, and too late after a while", () => {
  const rig = Rig.open(page).hear(frame("headers", 1, 1, block(get())));
  expect(rig.connection.awaits).toBe("head");
  rig.connection.late();
  expect(rig.told()).toEqual(["goAway 0 0"]);
  expect(rig.log).toEqual(["  408 17 whole"]);
  const dripping = Rig.open(page).hear(ask(1).subarray(0, 12));
  expect(dripping.connection.awaits).toBe("head");
});

test("a connection that is lost loses what is under way, each request once", async () => {
  const later = Promise.withResolvers<Answer>();
  const rig = Rig.open(({ path }) => (path === "/later" ? later.promise : answerOf("x".repeat(70_000))));
  rig.hear(ask(1, get("/later")), ask(3));
  rig.connection.closed();
  expect(rig.log).toEqual([
    "GET /later abandoned",
    "GET /later unanswered",
    expect.stringMatching(/^GET \/ 200 \d+ not whole$/),
  ]);
  later.resolve(page());
  await later.promise;
  expect(rig.log).toHaveLength(3);
});
