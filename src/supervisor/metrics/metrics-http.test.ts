import { expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { ManualClock } from "../../base/clock.ts";
import { answerMetrics, EXCHANGE_MS, HEAD_BYTES_MAX, readRequest, replyTo } from "./metrics-http.ts";

const GET = "GET /metrics HTTP/1.1\r\nHost: localhost:9464\r\nAccept: */*\r\n\r\n";
const text = ["# HELP x Ä.\n", "x 1\n"];

/** A listener on a port of its own, and one client whose whole answer is kept. */
async function exchange(act: (client: Socket, clock: ManualClock) => void, pieces: Iterable<string> = text) {
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 10));
  const server = createServer({ allowHalfOpen: true }, (socket) => answerMetrics(socket, () => pieces, clock));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const { port } = server.address() as { port: number };
  const client = connect({ port, host: "127.0.0.1" });
  const answer: Buffer[] = [];
  client.on("data", (chunk) => answer.push(Buffer.from(chunk)));
  client.on("error", () => {});
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  const ours = await accepted;
  const over = new Promise<void>((resolve) => ours.once("close", () => resolve()));
  act(client, clock);
  await over;
  client.resume();
  await closed;
  server.close();
  return Buffer.concat(answer).toString("utf8");
}

const whole = `HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\nConnection: close\r
Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r
d\r\n# HELP x Ä.\n\r\n4\r\nx 1\n\r\n0\r\n\r\n`;

test("a request is answered, and the connection ends", async () => {
  expect(await exchange((client) => client.write(GET))).toBe(whole);
});

test("a client that closes its side when it has asked gets its answer", async () => {
  expect(await exchange((client) => client.end(GET))).toBe(whole);
});

test("bytes that come one by one make the same request", async () => {
  const drip = (client: Socket, at = 0): void => {
    if (at < GET.length) client.write(GET.slice(at, at + 1), () => drip(client, at + 1));
  };
  expect(await exchange((client) => drip(client))).toBe(whole);
});

test("HTTP/1.0 gets no chunks, HEAD no body", async () => {
  expect(await exchange((client) => client.write(GET.replace("1.1", "1.0")))).toEndWith("\r\n\r\n# HELP x Ä.\nx 1\n");
  expect(await exchange((client) => client.write(GET.replace("GET", "HEAD")))).toEndWith("chunked\r\n\r\n");
});

test("only one answer is given, whatever is sent behind the request", async () => {
  let asked = 0;
  function* counted(): Generator<string> {
    asked++;
    yield* text;
  }
  const again = (client: Socket) => {
    client.write(GET + GET);
    client.once("data", () => client.write(GET));
  };
  expect(await exchange(again, { [Symbol.iterator]: counted })).toBe(whole);
  expect(asked).toBe(1);
});

test("a head without an end is refused as soon as it is too long", async () => {
  const endless = `GET /metrics HTTP/1.1\r\nX: ${"x".repeat(HEAD_BYTES_MAX)}`;
  expect(await exchange((client) => client.write(endless))).toStartWith("HTTP/1.1 431 ");
});

test("a client that never ends its request is cut off, and one that asks nothing too", async () => {
  const slow = (client: Socket, clock: ManualClock) => client.write("GET /", () => clock.advance(EXCHANGE_MS));
  expect(await exchange(slow)).toBe("");
  expect(await exchange((client) => client.end())).toBe("");
});

test("a client that does not read makes nothing pile up, and is cut off", async () => {
  let made = 0;
  const PIECES = 1000;
  function* much(): Generator<string> {
    for (; made < PIECES; made++) yield `${"x".repeat(65_535)}\n`;
  }
  const end = await exchange((client, clock) => {
    client.pause();
    client.write(GET);
    const look = (before: number): void => {
      // It has come to a stand.
      if (made > 0 && made === before) clock.advance(EXCHANGE_MS);
      else setImmediate(look, made);
    };
    look(made);
  }, much());
  expect(made).toBeLessThan(PIECES);
  expect(end).not.toContain("\r\n0\r\n\r\n");
});

test.each([
  ["GET /metrics HTTP/1.1", "200"],
  ["HEAD /metrics HTTP/1.0", "200"],
  ["GET /metrics?name=x HTTP/1.1", "200"],
  ["GET http://localhost:9464/metrics HTTP/1.1", "200"],
  ["GET / HTTP/1.1", "404"],
  ["GET /metrics/ HTTP/1.1", "404"],
  ["GET /%6detrics HTTP/1.1", "404"],
  ["POST /metrics HTTP/1.1", "405"],
  ["get /metrics HTTP/1.1", "400"],
  ["GET  /metrics HTTP/1.1", "400"],
  ["GET /metrics HTTP/2.0", "400"],
  ["GET /metrics", "400"],
  ["GET metrics HTTP/1.1", "400"],
  ["", "400"],
])("%p is answered with %s", (line, status) => {
  expect(replyTo(readRequest(`${line}\r\nHost: x`), 0).head).toStartWith(`HTTP/1.1 ${status} `);
});

test("a method that is not known is told which ones are", () => {
  expect(replyTo(readRequest("PUT /metrics HTTP/1.1"), 0).head).toContain("\r\nAllow: GET, HEAD\r\n");
});

test("nothing that can arrive makes the reader throw, or puts a line into the answer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { head } = replyTo(readRequest(Buffer.from(bytes).toString("latin1")), 0);
      expect(head.split("\r\n").every((line) => /^[\x20-\x7e]*$/.test(line))).toBeTrue();
    }),
  );
});
