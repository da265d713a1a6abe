import { expect, test } from "bun:test";
import type { Answer } from "../answer/answer.ts";
import type { Request } from "../request.ts";
import { get, head, said } from "../testing/messages.ts";
import { answerOf, Pieces, Rig, testDate, withBody } from "../testing/rig.ts";
import { HttpConnection } from "./http-connection.ts";
import { usualConnectionLimits } from "./usual-limits.ts";

const path = (request: Request) => answerOf(request.path);
const echo = (request: Request) => withBody(request, answerOf);

test("requests of one burst are answered in their order, in one write", () => {
  const rig = new Rig(path).hear(get("/1") + get("/2") + get("/3"));
  expect(rig.said).toBe(said("/1") + said("/2") + said("/3"));
  expect(rig.writes.length).toBe(1);
  expect(rig.turns).toEqual([]);
  expect(rig.log).toEqual(["GET /1 200 77 whole", "GET /2 200 77 whole", "GET /3 200 77 whole"]);
});

test("a request that waits for its answer keeps the next one waiting", async () => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const rig = new Rig((it) => (it.path === "/slow" ? promise : path(it)));
  rig.hear(get("/1") + get("/slow") + get("/3"));
  expect(rig.said).toBe(said("/1"));
  expect(rig.connection.awaits).toBe("answer");
  resolve(answerOf("slow"));
  await promise;
  expect(rig.said).toBe(said("/1") + said("slow") + said("/3"));
  expect(rig.connection.awaits).toBe("request");
});

test("the connection ends behind the last answer, and says so", () => {
  const close = new Rig(path).hear(get("/1", "Connection: close") + get("/2"));
  expect(close.said).toBe(said("/1", "Connection: close"));
  expect(close.turns).toEqual(["end"]);
  const own = new Rig(() => answerOf("x", { close: true })).hear(get("/") + get("/2"));
  expect(own.said).toBe(said("x", "Connection: close"));
  const finished = new Rig(path).hear(get("/1"));
  finished.connection.finish();
  expect(finished.turns).toEqual([]);
  expect(finished.hear(get("/2")).said).toBe(said("/1") + said("/2", "Connection: close"));
  expect(finished.turns).toEqual(["end"]);
});

test("HTTP/1.0 has to ask for another request, and is told that it may", () => {
  const closing = new Rig(path).hear("GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
  expect(closing.said).toBe(said("/1", "Connection: close"));
  const kept = new Rig(path).hear("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  expect(kept.said).toBe(said("/1", "Connection: keep-alive"));
  expect(kept.turns).toEqual([]);
});

test("a refused request is the last one", () => {
  const rig = new Rig(path).hear(`${get("/1")}GET /2 HTTP/1.1\r\nHost : a\r\n\r\n${get("/3")}`);
  expect(rig.statuses).toBe("200 400");
  expect(rig.said).toEndWith("400 Bad Request: A blank stands between the name of a header and its colon\n");
  expect(rig.turns).toEqual(["end"]);
  expect(rig.log[1]).toStartWith("GET /2 400 ");
});

test("what still comes behind the last answer is let pass, up to its bound", () => {
  const rig = new Rig(path, { lingerBytesMax: 10 }).hear(get("/", "Connection: close"));
  rig.hear("12345").hear("67890");
  expect(rig.turns).toEqual(["end"]);
  rig.hear("1").hear("2");
  expect(rig.turns).toEqual(["end", "cut"]);
});

test("a client that has said its last is not waited for: it asked for the end, or has closed its side, and nothing came behind that", () => {
  const isDone = (text: string, closes = false) => {
    const rig = new Rig(path).hear(text);
    if (closes) rig.connection.inputOver();
    expect(rig.turns).toEqual(["end"]);
    return rig.clientIsDone;
  };
  expect(isDone(get("/", "Connection: close"))).toBe(true);
  expect(isDone("GET / HTTP/1.0\r\nHost: a\r\n\r\n")).toBe(true);
  expect(isDone(get("/"), true)).toBe(true);
  expect(isDone(`${head("POST", "/", "Content-Length: 2")}hi`, true)).toBe(true);
  expect(isDone(`${get("/", "Connection: close")}\r\n`)).toBe(false);
  // Some have sent a line end behind a body.
  expect(isDone(`${head("POST", "/", "Connection: close", "Content-Length: 2")}hi`)).toBe(false);
  expect(isDone("GET / HT\r\n\r\n")).toBe(false);
});

test("a body comes when it is asked for, with its trailers", async () => {
  const rig = new Rig(echo).hear(`${head("POST", "/", "Content-Length: 5")}he`);
  expect(rig.connection.awaits).toBe("body");
  rig.hear(`llo${head("POST", "/", "Transfer-Encoding: chunked")}3\r\nabc\r\n0\r\nX: 1\r\n\r\n${get("/")}`);
  await Promise.resolve();
  await Promise.resolve();
  expect(rig.said).toBe(said("hello") + said("abc|X=1") + said(""));
});

test("a client that waits is told to go on when the body is asked for, and not before", async () => {
  let ask = () => {};
  const rig = new Rig((it) => new Promise((resolve) => (ask = () => resolve(withBody(it, answerOf)))));
  rig.hear(head("PUT", "/", "Content-Length: 2", "Expect: 100-continue"));
  expect(rig.said).toBe("");
  ask();
  expect(rig.said).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  rig.hear("hi");
  await new Promise(setImmediate);
  expect(rig.said).toBe(`HTTP/1.1 100 Continue\r\n\r\n${said("hi")}`);
});

test("a client that does not wait is not told to go on", async () => {
  const rig = new Rig(echo).hear(`${head("PUT", "/", "Content-Length: 2", "Expect: 100-continue")}h`).hear("i");
  await new Promise(setImmediate);
  expect(rig.said).toBe(said("hi"));
});

test("a client that is answered early is never told to go on, and the connection ends", () => {
  const rig = new Rig(path).hear(head("PUT", "/", "Content-Length: 2", "Expect: 100-continue"));
  expect(rig.said).toBe(said("/", "Connection: close"));
  expect(rig.turns).toEqual(["end"]);
});

test("a body that nobody wants is let pass, and the next request is answered", () => {
  const rig = new Rig(path).hear(`${head("POST", "/1", "Content-Length: 5")}he`);
  expect([rig.said, rig.connection.awaits]).toEqual([said("/1"), "body"]);
  rig.hear(`llo${head("POST", "/2", "Transfer-Encoding: chunked")}1\r\nx\r\n`).hear(`0\r\n\r\n${get("/3")}`);
  expect(rig.said).toBe(said("/1") + said("/2") + said("/3"));
  expect(rig.turns).toEqual([]);
});

test("one that is too long to let pass ends the connection", () => {
  const long = new Rig(path, { drainBytesMax: 4 }).hear(`${head("POST", "/1", "Content-Length: 5")}hello${get("/2")}`);
  expect(long.said).toBe(said("/1", "Connection: close"));
  expect(long.turns).toEqual(["end"]);
  const chunked = new Rig(path, { drainBytesMax: 9 }).hear(head("POST", "/1", "Transfer-Encoding: chunked"));
  expect(chunked.hear("4\r\nabcd\r\n").turns).toEqual([]);
  expect(chunked.hear(`0\r\n\r\n${get("/2")}`).turns).toEqual(["end"]);
  expect(chunked.said).toBe(said("/1"));
  const broken = new Rig(path).hear(`${head("POST", "/1", "Transfer-Encoding: chunked")}x\r\n${get("/2")}`);
  expect([broken.said, broken.turns]).toEqual([said("/1"), ["end"]]);
});

test("a body that is too large or malformed is answered, and its receiver told", async () => {
  const large = new Rig((it) => withBody(it, answerOf, 4)).hear(
    head("POST", "/", "Content-Length: 5", "Expect: 100-continue"),
  );
  expect(large.statuses).toBe("413");
  expect(large.log).toEqual(["POST / abandoned", expect.stringMatching(/^POST \/ 413\.1 \d+ whole$/)]);
  const chunked = new Rig((it) => withBody(it, answerOf, 4)).hear(
    `${head("POST", "/", "Transfer-Encoding: chunked")}5\r\n`,
  );
  expect(chunked.statuses).toBe("413");
  const lost: string[] = [];
  const receiver = { take: () => {}, end: () => lost.push("end"), lost: () => lost.push("lost") };
  const never = new Promise<Answer>(() => {});
  const malformed = new Rig((it) => {
    it.body?.receive(receiver, 100);
    return never;
  });
  malformed.hear(`${head("POST", "/", "Transfer-Encoding: chunked")}1\r\nab\r\n`);
  expect([malformed.statuses, malformed.turns, lost]).toEqual(["400", ["end"], ["lost"]]);
});

test("an answer that comes after its request was refused is closed unheard", async () => {
  const source = new Pieces(["x"]);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const rig = new Rig((it) => {
    it.body?.receive({ take: () => {}, end: () => {}, lost: () => {} }, 100);
    return promise;
  });
  rig.hear(`${head("POST", "/", "Transfer-Encoding: chunked")}z`);
  resolve(answerOf("", { body: source }));
  await promise;
  expect([rig.statuses, source.closed, source.asked]).toEqual(["400", 1, 0]);
});

test("nothing more of a body is read while its receiver is busy", async () => {
  const taken: string[] = [];
  let done = () => {};
  const rig = new Rig(
    (it) =>
      new Promise((resolve) => {
        const take = (piece: Buffer) => {
          taken.push(piece.toString());
          return new Promise<void>((free) => (done = free));
        };
        it.body?.receive({ take, end: () => resolve(answerOf("done")), lost: () => {} }, 1e6);
      }),
  );
  rig
    .hear(`${head("POST", "/", "Content-Length: 70000")}a`)
    .hear("b".repeat(69_998))
    .hear("c");
  expect([taken, rig.turns]).toEqual([["a"], ["pause"]]);
  done();
  await new Promise(setImmediate);
  expect([taken.length, rig.turns]).toEqual([2, ["pause", "resume"]]);
  expect(rig.said).toBe("");
  done();
  await new Promise(setImmediate);
  expect(rig.said).toBe(said("done"));
});

test("an answer that comes while the receiver is still busy does not lose the next request", async () => {
  let free = () => {};
  const rig = new Rig((it) => {
    const { body } = it;
    if (body === undefined) return path(it);
    return new Promise((resolve) => {
      const take = () => {
        resolve(path(it));
        return new Promise<void>((done) => {
          free = done;
        });
      };
      body.receive({ take, end: () => {}, lost: () => {} }, 100);
    });
  });
  rig.hear(`${head("POST", "/1", "Content-Length: 2")}hi${get("/2")}`);
  await new Promise(setImmediate);
  expect(rig.said).toBe(said("/1") + said("/2"));
  expect(rig.log[1]).toStartWith("GET /2 ");
  free();
  await new Promise(setImmediate);
  expect(rig.hear(get("/3")).said).toBe(said("/1") + said("/2") + said("/3"));
});

test("whoever answers all the same when the body was refused has said the last word", () => {
  const rig = new Rig((it) => {
    it.body?.receive({ take: () => {}, end: () => {}, lost: () => {} }, 4);
    return path(it);
  });
  rig.hear(`${head("POST", "/1", "Content-Length: 5")}hello${get("/2")}`);
  expect([rig.said, rig.turns]).toEqual([said("/1", "Connection: close"), ["end"]]);
});

test("a half-closed client gets the answers to all that it asked", async () => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const rig = new Rig((it) => (it.path === "/slow" ? promise : path(it))).hear(get("/slow") + get("/2"));
  rig.connection.inputOver();
  expect(rig.turns).toEqual([]);
  resolve(answerOf("slow"));
  await promise;
  expect([rig.said, rig.turns]).toEqual([said("slow") + said("/2"), ["end"]]);
});

test("a client that stops in the middle is answered where it asked something", () => {
  const rigOf = (text: string) => {
    const rig = new Rig(echo).hear(text);
    rig.connection.inputOver();
    return [rig.statuses, rig.turns];
  };
  expect(rigOf("")).toEqual(["", ["end"]]);
  expect(rigOf("GET / HT")).toEqual(["", ["end"]]);
  expect(rigOf(`${head("POST", "/", "Content-Length: 5")}he`)).toEqual(["400", ["end"]]);
});

test("what is late is told so, but a client that asked nothing hears nothing", () => {
  const rigOf = (text: string, reply: (it: Request) => Answer | Promise<Answer> = echo) => {
    const rig = new Rig(reply).hear(text);
    rig.connection.late();
    return [rig.statuses, rig.turns];
  };
  expect(rigOf("")).toEqual(["", ["end"]]);
  expect(rigOf(get("/"))).toEqual(["200", ["end"]]);
  expect(rigOf("GET / HT")).toEqual(["408", ["end"]]);
  expect(rigOf(head("POST", "/", "Content-Length: 5"))).toEqual(["408", ["end"]]);
  expect(rigOf(head("POST", "/", "Content-Length: 5"), path)).toEqual(["200", ["end"]]);
  expect(rigOf(get("/"), () => new Promise(() => {}))).toEqual(["", []]);
});

test("a head that drips in is not read as often as it has bytes, and one without an end is refused", () => {
  let looks = 0;
  const limits = {
    ...usualConnectionLimits,
    get head() {
      looks++;
      return { requestLineBytesMax: 1000, fieldBytesMax: 5000, fieldsMax: 10 };
    },
  };
  const drip = (text: string) => {
    const rig = new Rig(path);
    const shared = { outbox: rig.shared.outbox, date: testDate, limits };
    const connection = new HttpConnection(rig, shared, rig);
    looks = 0;
    for (const byte of text) connection.heard(Buffer.from(byte));
    return [rig.statuses, looks < 20];
  };
  expect(drip(get("/", `X: ${"a".repeat(4000)}`))).toEqual(["200", true]);
  expect(drip("a".repeat(2000))).toEqual(["414", true]);
  expect(drip(`GET / HTTP/1.1\r\nX: ${"a".repeat(10_100)}`)).toEqual(["431", true]);
});
