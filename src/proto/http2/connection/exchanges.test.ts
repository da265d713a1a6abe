// What goes on in the streams of a connection: answers in turn, within what the client lets come, and bodies as they are taken.
import { expect, test } from "bun:test";
import { AddedFields, withFields } from "../../http/answer/added-fields.ts";
import type { Answer } from "../../http/answer/answer.ts";
import { ReadyAnswer } from "../../http/answer/ready-answer.ts";
import type { BodyReceiver, RequestBody } from "../../http/request.ts";
import { answerOf, Pieces, testDate, withBody } from "../../http/testing/rig.ts";
import { ask, begin, block, data, frame, get, post, reset, settings, window } from "../testing/frames.ts";
import { Rig } from "../testing/rig.ts";

const head = (...more: readonly (readonly [string, string])[]) => [
  [":method", "HEAD"] as const,
  ...get().slice(1),
  ...more,
];
const sized = (bytes: number) => answerOf("x".repeat(bytes));

test("an answer to HEAD tells its length and brings no body, and some have none", () => {
  const source = new Pieces(["abc"], 3);
  const rig = Rig.open(({ path }) =>
    path === "/" ? answerOf("", { body: source }) : answerOf("", { status: Number(path.slice(1)), body: undefined }),
  );
  rig.hear(ask(1, head()), ask(3, get("/204")), ask(5, get("/304")), ask(7, get("/200")));
  expect(rig.told()).toEqual([
    "headers 1 :status=200 content-length=3 end",
    "headers 3 :status=204 end",
    "headers 5 :status=304 end",
    "headers 7 :status=200 content-length=0 end",
  ]);
  expect([source.asked, source.closed]).toEqual([0, 1]);
});

test("fields are said in lower case, and none that only HTTP/1 knows", () => {
  const fields = [
    ["X-Own", "a\r\nb: c"],
    ["Connection", "close"],
    ["Transfer-Encoding", "chunked"],
    ["Upgrade", "h2c"],
    ["no name", "x"],
    ["Set-Cookie", "a=b"],
  ] as const;
  expect(
    Rig.open(() => answerOf("", { fields }))
      .hear(ask(1))
      .told(),
  ).toEqual(["headers 1 :status=200 x-own=a  b: c set-cookie=a=b content-length=0 end"]);
});

test("an answer that lies ready is the same each time, and has its date once", () => {
  const ready = new ReadyAnswer(
    { status: 200, substatus: 0, fields: [["ETag", '"1"']], body: Buffer.from("ready") },
    testDate,
  );
  const rig = Rig.open(() => ready).hear(ask(1), ask(3), ask(5, head()));
  const line = (stream: number) => `headers ${stream} :status=200 etag="1" content-length=5`;
  expect(rig.told()).toEqual([line(1), "data 1 ready end", line(3), "data 3 ready end", `${line(5)} end`]);
  expect(rig.writes.join("").split(testDate.text)).toHaveLength(4);
  testDate.set(Date.UTC(1994, 10, 6, 8, 49, 38));
  rig.hear(ask(7));
  expect(rig.writes.at(-1)).toContain("08:49:38 GMT");
  testDate.set(Date.UTC(1994, 10, 6, 8, 49, 37));
});

test("an answer that lies ready may have fields put behind its own", () => {
  const ready = new ReadyAnswer(
    { status: 200, substatus: 0, fields: [["ETag", '"1"']], body: Buffer.from("x") },
    testDate,
  );
  const added = new AddedFields([
    ["Vary", "Origin"],
    ["X-Own", "y"],
  ]);
  const rig = Rig.open(() => withFields(ready, added))
    .hear(ask(1))
    .hear(settings([1, 0]), ask(3));
  const head = (stream: number, fields: string) => `headers ${stream} :status=200 etag="1" ${fields}`;
  expect(rig.told()).toEqual([
    head(1, "content-length=1 vary=Origin x-own=y"),
    "data 1 x end",
    "settings ack",
    head(3, "vary=Origin x-own=y content-length=1"),
    "data 3 x end",
  ]);
});

test("bodies that are made while they are sent go out in turn", () => {
  const rig = Rig.open(({ path }) =>
    answerOf("", { body: new Pieces([`${path}1`, `${path}2`], path === "/b" ? undefined : 6) }),
  );
  rig.hear(ask(1, get("/a")), ask(3, get("/b")));
  expect(rig.told()).toEqual([
    "headers 1 :status=200 content-length=6",
    "headers 3 :status=200",
    "data 1 /a1",
    "data 3 /b1",
    "data 1 /a2 end",
    "data 3 /b2",
    "data 3 end",
  ]);
  expect(rig.log.every((it) => it.endsWith(" whole"))).toBe(true);
});

test("a body may have fields behind it", () => {
  const body = Object.assign(new Pieces(["a"]), { trailers: () => [["X-Sum", "1"]] as const });
  expect(
    Rig.open(() => answerOf("", { body }))
      .hear(ask(1))
      .told()
      .slice(1),
  ).toEqual(["data 1 a", "headers 1 x-sum=1 end"]);
});

test("a body that breaks off, or is shorter than was said, is never taken for a whole one", () => {
  for (const body of [new Pieces(["a", "broken"], 2), new Pieces(["a"], 2), new Pieces(["a", "broken"])]) {
    const rig = Rig.open(() => answerOf("", { body })).hear(ask(1));
    expect(rig.told().slice(1)).toEqual(["data 1 a", "resetStream 1 2"]);
    expect(rig.log).toEqual([expect.stringMatching(/ not whole$/)]);
    expect(body.closed).toBe(1);
  }
  const long = Rig.open(() => answerOf("", { body: new Pieces(["abc"], 2) })).hear(ask(1));
  expect(long.told().slice(1)).toEqual(["data 1 ab end"]);
  expect(long.log).toEqual([expect.stringMatching(/ not whole$/)]);
});

test("no more leaves than the client lets come, in a stream and in all", () => {
  const rig = Rig.open(() => sized(50_000)).hear(ask(1), ask(3));
  const bytes = (lines: readonly string[]) =>
    lines.reduce((sum, it) => sum + Number(/ (\d+) bytes/.exec(it)?.[1] ?? 0), 0);
  expect(bytes(rig.told())).toBe(65_535);
  rig.hear(window(0, 10_000));
  expect(bytes(rig.told())).toBe(10_000);
  rig.hear(window(0, 100_000));
  expect(bytes(rig.told())).toBe(100_000 - 75_535);
  expect(rig.log).toHaveLength(2);
});

test("a client may take back what it has let come, and streams go on where it lets more come again", () => {
  const rig = Rig.open(() => sized(70)).hear(settings([4, 40]), ask(1));
  expect(rig.told().at(-1)).toBe(`data 1 ${"x".repeat(40)}`);
  rig.hear(settings([4, 10]));
  rig.hear(window(1, 20));
  expect(rig.told()).toEqual(["settings ack"]);
  rig.hear(window(1, 15));
  expect(rig.told()).toEqual([`data 1 ${"x".repeat(5)}`]);
  rig.hear(settings([4, 100]));
  expect(rig.told()).toEqual([`data 1 ${"x".repeat(25)} end`, "settings ack"].toReversed());
});

test("a window that grows beyond all, or by nothing, ends its stream alone", () => {
  const rig = Rig.open(() => sized(70_000)).hear(ask(1), ask(3));
  rig.told();
  rig.hear(window(1, 2 ** 31 - 1), window(3, 0));
  expect(rig.told()).toEqual(["resetStream 1 3", "resetStream 3 1"]);
  expect(rig.log.map((it) => it.replace(/\d+ not/, "not"))).toEqual(["GET / 200 not whole", "GET / 200 not whole"]);
  expect(rig.turns).toEqual([]);
  const all = Rig.open(() => sized(70_000)).hear(ask(1), window(1, 2 ** 31 - 70_000), settings([4, 2 ** 31 - 1]));
  expect(all.told().at(-1)).toBe("goAway 1 3");
});

test("nothing is asked of a body that cannot leave, and nothing more said to a client that does not read", () => {
  const body = new Pieces(["ab", "cd"], 4);
  const rig = Rig.open(() => answerOf("", { body })).hear(settings([4, 0]), ask(1));
  expect(body.asked).toBe(0);
  rig.hears = false;
  rig.hear(window(1, 2));
  expect(body.asked).toBe(1);
  rig.hear(window(1, 2), ask(3));
  expect(body.asked).toBe(1);
  expect(rig.connection.awaits).toBe("peer");
  rig.hears = true;
  rig.connection.drained();
  expect(rig.told().slice(-2)).toEqual(["data 1 cd end", "headers 3 :status=200 content-length=4"]);
});

test("only so many pieces are kept, and the next is asked for when one has left or is lost", () => {
  const bodies = Array.from({ length: 4 }, () => new Pieces(["x".repeat(20), "y"], 21));
  const rig = Rig.open(({ path }) => answerOf("", { body: bodies[Number(path.slice(1))] }), {
    streams: { piecesMax: 2 },
  });
  rig.hear(settings([4, 10]), ...bodies.map((_, index) => ask(2 * index + 1, get(`/${index}`))));
  const asked = () => bodies.map((it) => it.asked);
  expect(asked()).toEqual([1, 1, 0, 0]);
  rig.hear(reset(1));
  expect(asked()).toEqual([1, 1, 1, 0]);
  rig.hear(window(3, 10));
  expect(asked()).toEqual([1, 1, 1, 1]);
  rig.hear(window(3, 1));
  expect(asked()).toEqual([1, 1, 1, 1]);
  for (const stream of [5, 7, 3]) rig.hear(window(stream, 20));
  expect(asked()).toEqual([1, 2, 2, 2]);
  expect(rig.log.filter((it) => it.endsWith(" whole"))).toHaveLength(4);
  expect(rig.log.filter((it) => it.endsWith("not whole"))).toHaveLength(1);
});

test("an answer that lies ready waits too for a client that does not read", () => {
  const ready = new ReadyAnswer({ status: 200, substatus: 0, fields: [], body: Buffer.from("ready") }, testDate);
  const rig = Rig.open(() => ready);
  rig.hears = false;
  rig.hear(ask(1));
  rig.told();
  rig.hear(ask(3));
  expect(rig.told()).toEqual([]);
  rig.hears = true;
  rig.connection.drained();
  expect(rig.told()).toEqual(["headers 3 :status=200 content-length=5", "data 3 ready end"]);
});

/** Of each head that was said, whether it begins with a table of no size. */
function tablesIn(writes: readonly string[]): readonly boolean[] {
  const bytes = Buffer.from(writes.join(""), "latin1");
  const tables: boolean[] = [];
  for (let at = 0; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    if (bytes[at + 3] === 1) tables.push(bytes[at + 9] === 0x20);
  return tables;
}

test("a client that keeps a small table, or none, hears with the next fields, and once, that we use none", async () => {
  const piece = Promise.withResolvers<Buffer>();
  const body = Object.assign(new Pieces(["a", piece.promise]), { trailers: () => [["x-sum", "1"]] as const });
  const rig = Rig.open(({ path }) => answerOf("", { body: path === "/" ? undefined : body }));
  rig
    .hear(settings([1, 0]), ask(1), ask(3))
    .hear(ask(5))
    .hear(ask(7, get("/body")))
    .hear(settings([1, 100]));
  piece.resolve(Buffer.from("b"));
  await piece.promise;
  await Promise.resolve();
  expect(tablesIn(rig.writes)).toEqual([true, false, false, false, true]);
  expect(rig.told().at(-1)).toBe("headers 7 x-sum=1 end");
});

/** A client that heeds what it is told: how much it may still send in a stream, and in all. */
class Uploader {
  readonly rig: Rig;
  private readonly streams = new Map<number, number>();
  private all = 65_535 + 983_041;

  constructor(rig: Rig) {
    this.rig = rig;
  }

  begin(stream: number): void {
    this.streams.set(stream, 65_535);
    this.say(begin(stream));
  }

  /** False where it may not. */
  send(stream: number, bytes: number, padding: number): boolean {
    const frameBytes = 1 + bytes + padding;
    const left = Math.min(this.all, this.streams.get(stream) ?? 0);
    if (frameBytes > left) return false;
    this.all -= frameBytes;
    this.streams.set(stream, (this.streams.get(stream) ?? 0) - frameBytes);
    this.say(frame("data", 8, stream, Buffer.concat([Buffer.from([padding]), Buffer.alloc(bytes + padding)])));
    return true;
  }

  private say(it: Buffer): void {
    this.rig.hear(it);
    for (const line of this.rig.told()) {
      const [, stream, bytes] = /^windowUpdate (?:(\d+) )?(\d+)$/.exec(line) ?? [];
      if (bytes === undefined) continue;
      if (stream === undefined) this.all += Number(bytes);
      else this.streams.set(Number(stream), (this.streams.get(Number(stream)) ?? 0) + Number(bytes));
    }
  }
}

test("a client that heeds its windows is never stopped for good, be its bodies taken or not", () => {
  const taken = new Uploader(
    Rig.open(({ body }) => {
      body?.receive({ take: () => {}, end: () => {}, lost: () => {} }, 1e9);
      return new Promise<Answer>(() => {});
    }),
  );
  taken.begin(1);
  for (let count = 0; count < 500; count++) expect(taken.send(1, 10_000, 0)).toBe(true);
  for (let count = 0; count < 5000; count++) expect(taken.send(1, 1000, 255)).toBe(true);
  const lost = new Uploader(Rig.open(() => new Promise<Answer>(() => {})));
  for (let stream = 1; stream < 400; stream += 2) {
    lost.begin(stream);
    expect(lost.send(stream, 15_000, 100)).toBe(true);
    lost.rig.hear(reset(stream));
  }
  const refused = new Uploader(Rig.open(() => answerOf("no", { status: 405 })));
  for (let stream = 1; stream < 400; stream += 2) {
    refused.begin(stream);
    expect(refused.send(stream, 15_000, 100)).toBe(true);
  }
});

test("a body that is wrong while its answer leaves changes nothing of that", async () => {
  const piece = Promise.withResolvers<Buffer>();
  const rig = Rig.open(({ body }) => {
    body?.receive({ take: () => {}, end: () => {}, lost: () => {} }, 1e9);
    return answerOf("", { body: new Pieces([piece.promise], 1) });
  });
  rig.hear(begin(1, post(["content-length", "1"])), data(1, "ab"));
  piece.resolve(Buffer.from("x"));
  await piece.promise;
  await Promise.resolve();
  expect(rig.told()).toEqual(["headers 1 :status=200 content-length=1", "data 1 x end", "ping mark\0\0\0\x01"]);
  expect(rig.log).toHaveLength(1);
});

test("what a client begins behind the last request is let pass, with its body, and never told to be looked at", () => {
  const rig = Rig.open(() => new Promise<Answer>(() => {})).hear(ask(1));
  rig.connection.finish();
  rig.hear(frame("ping", 1, 0, Buffer.from("mark\0\0\0\0")));
  rig.told();
  rig.hear(begin(3), data(3, "x"), data(3, "", true));
  expect(rig.told()).toEqual([]);
  expect(rig.hear(window(0, 0)).told()).toEqual(["goAway 1 1"]);
});

test("fields behind a body are read as strictly as those before it", async () => {
  for (const field of [
    [":path", "/"],
    ["X-Own", "a"],
    ["x-own", "a\0"],
  ] as const) {
    const rig = Rig.open((request) => withBody(request, () => answerOf("x")));
    rig.hear(begin(1), data(1, "abc"), frame("headers", 5, 1, block([field])));
    await Promise.resolve();
    const told = rig.told();
    expect(told[0]).toStartWith("headers 1 :status=400");
    expect(told.at(-1)).toBe("resetStream 1 1");
  }
});

test("an answer that is broken off is closed, and nothing more of it is said", () => {
  const bodies = [new Pieces(["a", "b"], 2), new Pieces(["c", "d"], 2)];
  const rig = Rig.open(({ path }) => answerOf("", { body: bodies[Number(path.slice(1))] }));
  rig.hears = false;
  rig.hear(settings([4, 1]), ask(1, get("/0")), ask(3, get("/1")));
  rig.hear(settings([4, 9]));
  rig.told();
  rig.hear(reset(1));
  expect(bodies.map((it) => it.closed)).toEqual([1, 0]);
  rig.hears = true;
  rig.connection.drained();
  expect(rig.told().filter((it) => it.includes(" 1 "))).toEqual([]);
  expect(bodies.map((it) => it.closed)).toEqual([1, 1]);
});

test("whoever takes a body hears when it will never be whole, also when it was lost before", () => {
  const bodies: RequestBody[] = [];
  let lost = 0;
  const receiver: BodyReceiver = { take: () => {}, end: () => {}, lost: () => lost++ };
  const rig = Rig.open(({ body, path }) => {
    if (body !== undefined) bodies.push(body);
    if (path === "/") body?.receive(receiver, 1e6);
    return new Promise<Answer>(() => {});
  });
  rig.hear(begin(1), data(1, "x"), reset(1));
  expect(lost).toBe(1);
  rig.hear(
    begin(
      3,
      post().map(([name, value]) => [name, value === "/" ? "/later" : value]),
    ),
    reset(3),
  );
  bodies[1]?.receive(receiver, 1e6);
  expect(lost).toBe(2);
});

test("a head that is longer than a frame comes in several", () => {
  const rig = Rig.open(() => answerOf("", { fields: [["X-Long", "\xff".repeat(20_000)]], body: undefined })).hear(
    ask(1),
  );
  const said = Buffer.from(rig.writes.slice(1).join(""), "latin1");
  expect([said[3], said[4]]).toEqual([1, 1]);
  const next = 9 + said.readUIntBE(0, 3);
  expect([said[next + 3], said[next + 4]]).toEqual([9, 4]);
  expect(next + 9 + said.readUIntBE(next, 3)).toBe(said.length);
});

test("a request that is broken off is never answered, and its promise is let go", async () => {
  const later = Promise.withResolvers<Answer>();
  const body = new Pieces(["a"], 1);
  const rig = Rig.open(() => later.promise).hear(ask(1), reset(1));
  expect(rig.log).toEqual(["GET / abandoned", "GET / unanswered"]);
  later.resolve(answerOf("", { body }));
  await later.promise;
  expect(rig.told()).toEqual([]);
  expect(body.closed).toBe(1);
});

test("a body is given to whoever wants it, with the fields behind it", async () => {
  const rig = Rig.open((request) => withBody(request, (text) => answerOf(`<${text}>`)));
  rig.hear(begin(1), data(1, "ab"), data(1, "c"), data(1, "", true));
  await Promise.resolve();
  expect(rig.told()).toEqual(["headers 1 :status=200 content-length=5", "data 1 <abc> end"]);
  rig.hear(
    begin(3),
    data(3, "d"),
    frame(
      "headers",
      5,
      3,
      block([
        ["x-sum", "1"],
        ["host", "b"],
      ]),
    ),
  );
  await Promise.resolve();
  expect(rig.told().at(-1)).toBe("data 3 <d|x-sum=1> end");
});

test("a body is read only as fast as it is taken", async () => {
  const turns: (() => void)[] = [];
  const pieces: string[] = [];
  const receiver: BodyReceiver = {
    take: (piece) => {
      pieces.push(piece.toString());
      return new Promise((resolve) => turns.push(resolve));
    },
    end: () => pieces.push("end"),
    lost: () => {},
  };
  const asked = Promise.withResolvers<Answer>();
  const rig = Rig.open(({ body }) => {
    body?.receive(receiver, 1e6);
    return asked.promise;
  });
  const grown = 196_609;
  rig.hear(begin(1), data(1, "x".repeat(16_000)));
  for (let count = 0; count < 12; count++) rig.hear(data(1, "y".repeat(15_000)));
  expect(rig.told()).toEqual([`windowUpdate 1 ${grown}`]);
  expect(pieces).toEqual(["x".repeat(16_000)]);
  turns.shift()?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(pieces).toHaveLength(2);
  expect(pieces[1]).toHaveLength(180_000);
  turns.shift()?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(rig.told()).toEqual(["windowUpdate 1 196000"]);
  rig.hear(data(1, "", true));
  expect(pieces.at(-1)).toBe("end");
});

test("a client that asks first is told to go on when its body is wanted, and not when it has its answer", () => {
  const expecting = post(["expect", "100-continue"]);
  const rig = Rig.open((request) => withBody(request, () => answerOf("x"))).hear(begin(1, expecting));
  expect(rig.told()).toContain("headers 1 :status=100");
  expect(
    Rig.open(() => answerOf("no", { status: 405 }))
      .hear(begin(1, expecting))
      .told(),
  ).toEqual(["headers 1 :status=405 content-length=2", "data 1 no end", "ping mark\0\0\0\x01"]);
  const early = Rig.open((request) => withBody(request, () => answerOf("x"))).hear(begin(1, expecting), data(1, "a"));
  expect(early.told()).not.toContain("headers 1 :status=100");
});

test("what is left of a body that nobody wants is told off when the client has read its answer", () => {
  const rig = Rig.open(() => answerOf("no", { status: 405 })).hear(begin(1), data(1, "abc"));
  expect(rig.told().at(-1)).toBe("ping mark\0\0\0\x01");
  rig.hear(data(1, "def"), frame("ping", 1, 0, Buffer.from("mark\0\0\0\x01")));
  expect(rig.told()).toEqual(["resetStream 1 0"]);
  rig.hear(data(1, "ghi"), data(1, "", true));
  expect(rig.told()).toEqual([]);
  rig.hear(data(1, "more"));
  expect(rig.told()).toEqual(["resetStream 1 5"]);
  expect(rig.log).toHaveLength(1);
});

test("a body that is too large, or not as long as it says, is refused while it comes", async () => {
  const limited = (bytes: number) => Rig.open((request) => withBody(request, () => answerOf("x"), bytes));
  const large = limited(5).hear(begin(1), data(1, "abcdef"));
  expect(large.told().slice(1)).toEqual([expect.stringMatching(/^data 1 .* end$/), "ping mark\0\0\0\x01"]);
  const known = limited(5).hear(begin(1, post(["content-length", "6"])));
  expect(known.told()[0]).toContain("headers 1 :status=413");
  for (const [text, isLast] of [
    ["abcd", false],
    ["ab", true],
  ] as const) {
    const rig = limited(100).hear(begin(1, post(["content-length", "3"])), data(1, text, isLast));
    const told = rig.told();
    expect(told[0]).toContain("headers 1 :status=400");
    expect(told.at(-1)).toBe("resetStream 1 1");
    expect(rig.log[0]).toBe("POST / abandoned");
    expect(rig.log[1]).toMatch(/^POST \/ 400\.7 \d+ whole$/);
  }
});

test("what is beyond the length of a body takes nothing from the window of the others", () => {
  const rig = Rig.open(({ path }) => (path === "/wrong" ? new Promise<Answer>(() => {}) : answerOf("x")));
  const wrong = [...post(["content-length", "1"])].map(
    ([name, it]) => [name, name === ":path" ? "/wrong" : it] as const,
  );
  for (let stream = 1; stream < 201; stream += 2) rig.hear(begin(stream, wrong), data(stream, "x".repeat(16_000)));
  rig.hear(ask(201));
  expect(rig.told().at(-1)).toBe("data 201 x end");
});

test("a frame that comes too late ends its stream alone", () => {
  const later = new Promise<Answer>(() => {});
  const rig = Rig.open(() => later).hear(ask(1), ask(3), begin(5));
  rig.told();
  rig.hear(data(1, "x"), frame("headers", 5, 3, block([["x", "y"]])), frame("headers", 4, 5, block([["x", "y"]])));
  expect(rig.told()).toEqual(["resetStream 1 5", "resetStream 3 5", "resetStream 5 1"]);
  expect(rig.turns).toEqual([]);
});

test("more requests at a time than were agreed are told to come again", async () => {
  const later = Promise.withResolvers<Answer>();
  const rig = Rig.open(() => later.promise, { streams: { streamsMax: 2 } }).hear(ask(1), ask(3), ask(5));
  expect(rig.told()).toEqual(["resetStream 5 7"]);
  later.resolve(answerOf("x"));
  await later.promise;
  rig.told();
  rig.hear(ask(7));
  expect(rig.log.filter((it) => it.endsWith(" whole"))).toHaveLength(2);
});

test("a body that does not come, and an answer that is not let come, are late each for itself", () => {
  const rig = Rig.open((request) =>
    request.path === "/body"
      ? withBody(request, () => answerOf("x"))
      : request.path === "/slow"
        ? new Promise(() => {})
        : sized(70_000),
  );
  rig.hear(
    settings([4, 1000]),
    begin(
      1,
      post().map(([name, value]) => [name, name === ":path" ? "/body" : value]),
    ),
    ask(3, get("/window")),
    ask(5, get("/slow")),
  );
  rig.told();
  const patience = { idleMs: 1000, bytesMin: 100 };
  const look = (nowMs: number) => {
    rig.connection.look(nowMs, patience);
    return rig.told();
  };
  expect(look(0)).toEqual([]);
  rig.hear(data(1, "x".repeat(100)), window(3, 200));
  rig.told();
  expect([look(900), look(1800)]).toEqual([[], []]);
  rig.hear(data(1, "x"), window(3, 1));
  rig.told();
  const late = look(1900);
  expect(late[0]).toBe("resetStream 3 8");
  expect(late[1]).toContain("headers 1 :status=408");
  expect(look(9000)).toEqual([]);
  expect(rig.connection.awaits).toBe("answer");
});
