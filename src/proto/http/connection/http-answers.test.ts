import { expect, test } from "bun:test";
import type { Answer, Piece } from "../answer/answer.ts";
import type { Request } from "../request.ts";
import { get, head, said } from "../testing/messages.ts";
import { answerOf, Pieces, Rig } from "../testing/rig.ts";

const path = (request: Request) => answerOf(request.path);

test("bodies that are made while they are sent end as their version lets them", () => {
  const reply = (it: Request) =>
    answerOf("", { body: new Pieces(["ab", "", "c"], it.path === "/length" ? 3 : undefined) });
  const rig = new Rig(reply).hear(get("/length") + get("/chunked"));
  expect(rig.said).toBe(
    `${said("abc")}HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`,
  );
  const old = new Rig(reply).hear("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  expect(old.said).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc");
  expect(old.turns).toEqual(["end"]);
});

test("trailers stand behind a chunked body", () => {
  class WithTrailers extends Pieces {
    trailers = () => [["X-Sum", "1"] as const];
  }
  const rig = new Rig(() => answerOf("", { body: new WithTrailers(["a"]) })).hear(get("/"));
  expect(rig.said).toEndWith("1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n");
});

test("a body is never longer or shorter than it was said to be", () => {
  const rigOf = (...pieces: readonly string[]) => {
    const source = new Pieces(pieces, 3);
    const rig = new Rig(() => answerOf("", { body: source })).hear(get("/") + get("/"));
    return { said: rig.said.split("\r\n\r\n")[1], turns: rig.turns, log: rig.log.length, closed: source.closed };
  };
  expect(rigOf("ab")).toEqual({ said: "ab", turns: ["cut"], log: 1, closed: 1 });
  expect(rigOf("ab", "broken")).toEqual({ said: "ab", turns: ["cut"], log: 1, closed: 1 });
  expect(rigOf("ab", "cd")).toEqual({ said: "abc", turns: ["end"], log: 1, closed: 1 });
});

test("HEAD and answers without content send no body, and close what would have made it", () => {
  const source = new Pieces(["abc"], 3);
  const rig = new Rig((it) =>
    answerOf("abc", it.path === "/source" ? { body: source } : { status: Number(it.path.slice(1)) }),
  );
  rig.hear(head("HEAD", "/200") + head("HEAD", "/source") + get("/204") + get("/304"));
  expect(rig.said).toBe(
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n".repeat(2) +
      "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n",
  );
  expect([source.asked, source.closed]).toEqual([0, 1]);
});

test("a client that does not read is not spoken to, nor heard, until it does", () => {
  const source = new Pieces(["a".repeat(70_000), "b"], 70_001);
  const rig = new Rig(() => answerOf("", { body: source }));
  rig.hears = false;
  rig.hear(get("/"));
  expect([source.asked, rig.connection.awaits]).toEqual([1, "peer"]);
  rig.hears = true;
  rig.connection.drained();
  expect([source.asked, source.closed, rig.connection.awaits]).toEqual([3, 1, "request"]);
  const large = new Rig((it) => answerOf("x".repeat(100_000), { fields: [["X", it.path]] }));
  large.hears = false;
  large.hear(get("/1") + get("/2"));
  expect([large.statuses, large.turns, large.connection.awaits]).toEqual(["200", ["pause"], "peer"]);
  large.hears = true;
  large.connection.drained();
  expect([large.statuses, large.turns, large.connection.awaits]).toEqual(["200 200", ["pause", "resume"], "request"]);
});

test("pieces that are promised leave when they are there", async () => {
  const { promise, resolve } = Promise.withResolvers<Piece>();
  const rig = new Rig(() => answerOf("", { body: new Pieces(["a", promise, "c"], 3) })).hear(get("/"));
  expect(rig.said).toEndWith("\r\n\r\na");
  resolve(Buffer.from("b"));
  await promise;
  await Promise.resolve();
  expect(rig.said).toBe(said("abc"));
});

test("who asked for another protocol gets it, with all that came behind", () => {
  const websocket = { is: "websocket" };
  const rig = new Rig((it) =>
    it.upgrade === "websocket"
      ? answerOf("", { status: 101, handOver: websocket, fields: [["Upgrade", "websocket"]] })
      : path(it),
  );
  rig.hear(`${get("/1")}${get("/2", "Connection: Upgrade", "Upgrade: websocket")}frames`);
  expect(rig.said).toBe(
    `${said("/1")}HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  );
  expect(rig.turns).toEqual([`hand over to ${Bun.inspect(websocket)} with frames`]);
  const tunnel = new Rig(() => answerOf("", { handOver: websocket })).hear(`${head("CONNECT", "b:443")}rest`);
  expect(tunnel.said).toBe("HTTP/1.1 200 OK\r\n\r\n");
  expect(tunnel.turns).toEqual([`hand over to ${Bun.inspect(websocket)} with rest`]);
});

test("a tunnel that is refused ends the connection, as what follows was meant for it", () => {
  const rig = new Rig(() => answerOf("no", { status: 405 })).hear(head("CONNECT", "b:443") + get("/"));
  expect([rig.statuses, rig.turns]).toEqual(["405", ["end"]]);
});

test("an answer that no client could understand is a mistake of the service", () => {
  for (const [status, handOver] of [
    [101, {}],
    [100, undefined],
    [200, {}],
    [99.5, undefined],
  ] as const)
    expect(() => new Rig(() => answerOf("", { status, ...(handOver && { handOver }) })).hear(get("/"))).toThrow(
      "answer",
    );
});

test("a connection that is gone closes what was under way and tells the log", async () => {
  const source = new Pieces(["a", new Promise<Piece>(() => {})]);
  const sending = new Rig(() => answerOf("", { body: source })).hear(get("/"));
  sending.connection.closed();
  expect([source.closed, sending.log]).toEqual([1, ["GET / 200 90 not whole"]]);
  const late = new Pieces(["x"]);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const asked = new Rig(() => promise).hear(get("/"));
  asked.connection.closed();
  expect(asked.log).toEqual(["GET / abandoned", "GET / unanswered"]);
  resolve(answerOf("", { body: late }));
  await promise;
  expect([late.closed, asked.said]).toEqual([1, ""]);
  const lost: string[] = [];
  const body = new Rig((it) => {
    it.body?.receive({ take: () => {}, end: () => {}, lost: () => lost.push("lost") }, 9);
    return promise;
  });
  body.hear(head("POST", "/", "Content-Length: 5")).connection.closed();
  expect(lost).toEqual(["lost"]);
});

test("a head may come in pieces behind another request", () => {
  const rig = new Rig(path).hear(`${get("/1")}GET /2 HT`);
  expect(rig.connection.awaits).toBe("head");
  rig.hear("TP/1.1\r\nHost: a\r\n").hear("\r").hear("\n");
  expect([rig.said, rig.connection.awaits]).toEqual([said("/1") + said("/2"), "request"]);
});
