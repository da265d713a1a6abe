// HTTP/3 as clients meet it: on real datagrams, with a site that answers what a test says and a clock that it holds.
import { afterEach, expect } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import type { FailureKind } from "../../net/access/refusal-reasons.ts";
import type { Visit } from "../../net/access/visit.ts";
import { Deadlines } from "../../net/line/deadlines.ts";
import { selfSigned } from "../../net/testing/certificates.ts";
import { QuicDoor, QuicRig } from "../../net/testing/quic-rig.ts";
import { withCertificate } from "../../net/testing/with-certificate.ts";
import type { Answer, BodySource, Piece } from "../../proto/http/answer/answer.ts";
import { DateStamp } from "../../proto/http/answer/date-stamp.ts";
import { Outbox } from "../../proto/http/answer/outbox.ts";
import { usualConnectionLimits } from "../../proto/http/connection/usual-limits.ts";
import type { Request } from "../../proto/http/request.ts";
import { Http3Client } from "../testing/http3-client.ts";
import { FakeSite, type Reply, text } from "../testing/session-rig.ts";
import { Http3Session } from "./http3-session.ts";
import { KEPT_BYTES_MAX } from "./outgoing-body.ts";

const certificate = { name: "a", generation: 1, ...selfSigned("a.example") };
const endings: Disposable[] = [];
afterEach(() => {
  for (const it of endings.splice(0)) it[Symbol.dispose]();
});

const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function opened(reply: Reply, more: Partial<Visit> = {}) {
  const clock = new ManualClock(1_700_000_000_000);
  const site = new FakeSite(reply, ["host"]);
  const failures: FailureKind[] = [];
  const shared = { outbox: new Outbox(), date: new DateStamp(0), limits: usualConnectionLimits };
  const door: QuicDoor = new QuicDoor((it) => void new Http3Session(it, site, shared, Deadlines.of(clock)));
  door.host = Object.assign(site, { overQuic: door.host.overQuic });
  door.admission = {
    is: "in",
    leave: () => {},
    request: () => undefined,
    failure: (kind) => void failures.push(kind) as undefined,
    ...more,
  };
  const rig = await QuicRig.open(new Map([["*", certificate]]));
  rig.add(door, "a.example");
  const client = await Http3Client.open(rig.port);
  endings.push(client, rig);
  const finish = (): void => door.ledger.finishAll();
  /** Until so many requests are over. */
  const over = async (count: number): Promise<void> => {
    while (site.lines.length < count) await moment();
  };
  return { clock, site, failures, client, finish, over, rig };
}

/** Pieces in the same memory, each of another letter. */
class Letters implements BodySource {
  readonly length: number | undefined;
  isClosed = false;
  private readonly last: Piece;
  private readonly pieces: number;
  private readonly memory: Buffer;
  private made = 0;

  constructor(pieceBytes: number, pieces: number, length?: number, last: Piece = "over") {
    this.memory = Buffer.alloc(pieceBytes);
    this.pieces = pieces;
    this.length = length;
    this.last = last;
  }

  next(): Promise<Piece> {
    if (this.made === this.pieces) return Promise.resolve(this.last);
    return Promise.resolve(this.memory.fill(97 + (this.made++ % 26)));
  }

  close(): void {
    this.isClosed = true;
  }
}

const received = ({ body }: Request, bytesMax = 1_000_000): Promise<string> =>
  new Promise((resolve) => {
    const pieces: Buffer[] = [];
    if (body === undefined) return resolve("no body");
    body.receive(
      {
        take: (piece) => void pieces.push(Buffer.from(piece)),
        end: (trailers) => resolve(`${Buffer.concat(pieces).length} ${JSON.stringify(trailers)}`),
        lost: () => resolve("lost"),
      },
      bytesMax,
    );
  });

withCertificate("a request is answered, counted, and written down as one of HTTP/3", async () => {
  const { client, site, over, failures } = await opened(({ path }, { secured }) => ({
    ...text(`<${path} ${secured?.alpn} ${secured?.protocol}>`),
    fields: [["X-Own", "1"]],
  }));
  const heard = await client.ask({ ":path": "/a?b=c" });
  expect(heard).toMatchObject({ status: "200", body: "</a?b=c h3 TLSv1.3>", isBroken: false });
  expect(heard.fields).toMatchObject({ "x-own": "1", "content-length": "19" });
  await over(1);
  expect(site.lines[0]).toMatchObject({
    ...{ method: "GET", uriStem: "/a", uriQuery: "b=c", protocolVersion: "HTTP/3.0", status: 200 },
    ...{ ends: { clientAddress: "127.0.0.1", serverAddress: "127.0.0.1" }, host: "a.example" },
  });
  expect(site.lines[0]?.bytesSent).toBeGreaterThan(19);
  expect([site.counted("done"), failures]).toEqual([1, []]);
});

withCertificate("another client gets its answers too, and a hundred at once", async () => {
  const { rig } = await opened(({ path }) => text(path));
  const ask = async (path: string): Promise<string> => {
    const init = { protocol: "http3", headers: { Host: "a.example" }, tls: { rejectUnauthorized: false } } as const;
    return (await fetch(`https://127.0.0.1:${rig.port}${path}`, init)).text();
  };
  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
  expect(await Promise.all(paths.map(ask))).toEqual(paths);
});

withCertificate("requests do not wait for each other", async () => {
  const slow = Promise.withResolvers<Answer>();
  const { client } = await opened(({ path }) => (path === "/slow" ? slow.promise : text("quick")));
  const first = await client.begin({ ":path": "/slow" }, true);
  expect((await client.ask()).body).toBe("quick");
  slow.resolve(text("slow"));
  expect((await first.heard).body).toBe("slow");
});

withCertificate("HEAD tells a length and brings nothing, and so do answers that have no body", async () => {
  const letters = new Letters(10, 3, 30);
  const { client } = await opened(({ path, method }) =>
    method === "HEAD"
      ? { ...text(""), body: letters }
      : { ...text(""), status: Number(path.slice(1)), body: undefined },
  );
  const head = await client.ask({ ":method": "HEAD" });
  expect([head.status, head.fields["content-length"], head.body, letters.isClosed]).toEqual(["200", "30", "", true]);
  expect(await client.ask({ ":path": "/304" })).toMatchObject({ status: "304", body: "", isBroken: false });
  expect((await client.ask({ ":path": "/404" })).fields["content-length"]).toBe("0");
});

withCertificate("a body that is made while it is sent arrives as it was made, and nothing behind it", async () => {
  const trailers = () => [["X-Late", "1"]] as const;
  const { client } = await opened(({ path }) => {
    const body = new Letters(50_000, 60, path === "/length" ? 3_000_000 : undefined);
    return { ...text(""), body: path === "/length" ? body : Object.assign(body, { trailers }) };
  });
  for (const path of ["/length", "/"]) {
    const { body, isBroken, trailers } = await client.ask({ ":path": path });
    expect([body.length, isBroken]).toEqual([3_000_000, false]);
    for (let piece = 0; piece < 60; piece++)
      expect(body.slice(piece * 50_000, piece * 50_000 + 2)).toBe(String.fromCharCode(97 + (piece % 26)).repeat(2));
    expect(trailers).toEqual({});
  }
});

withCertificate(
  "half a body is never taken for a whole one, and one that is too long is cut where it was to end",
  async () => {
    const sources: Letters[] = [];
    const { client, site, over } = await opened(({ path }) => {
      const source =
        path === "/broken"
          ? new Letters(9, 2, 90, "broken")
          : path === "/short"
            ? new Letters(9, 2, 90)
            : new Letters(9, 2, 12);
      sources.push(source);
      return { ...text(""), body: source };
    });
    for (const path of ["/broken", "/short"]) expect((await client.ask({ ":path": path })).isBroken || path).toBe(true);
    expect(await client.ask({ ":path": "/long" })).toMatchObject({ body: "aaaaaaaaabbb", isBroken: false });
    await over(3);
    expect(site.counted("aborted")).toBe(2);
    expect(sources.every((it) => it.isClosed)).toBe(true);
  },
);

withCertificate("the body of a request is brought to whoever wants it, and one that is too large is 413", async () => {
  const { client, site, over } = await opened(async (request) => text(await received(request, 1000)));
  const post = { ":method": "POST" };
  expect((await client.ask(post, "x".repeat(900))).body).toBe("900 []");
  expect((await client.ask({ ...post, "content-length": "5" }, "12345")).body).toBe("5 []");
  expect((await client.ask({ ...post, "content-length": "0" }, "")).body).toBe("no body");
  expect((await client.ask()).body).toBe("no body");
  expect((await client.ask({ ...post, "content-length": "2000" }, "x".repeat(2000))).status).toBe("413");
  expect((await client.ask(post, "x".repeat(2000))).status).toBe("413");
  await over(6);
  expect(site.told.filter((it) => it.includes("413"))).toHaveLength(2);
});

withCertificate("a client that waits for leave gets it when its body is wanted", async () => {
  const { client } = await opened(async (request) => text(await received(request)));
  const { stream, heard } = await client.begin({ ":method": "POST", expect: "100-continue" });
  const leave = new Promise((resolve) => {
    stream.oninfo = (said) => resolve(said[":status"]);
  });
  expect(await leave).toBe("100");
  stream.writer.writeSync(Buffer.from("body"));
  stream.writer.endSync();
  expect((await heard).body).toBe("4 []");
});

withCertificate("an answer may come before the body that nobody wants", async () => {
  const { client, over, site } = await opened(() => text("no"));
  const { stream, heard } = await client.begin({ ":method": "POST" });
  stream.writer.writeSync(Buffer.alloc(10_000));
  expect(await heard).toMatchObject({ status: "200", body: "no" });
  await over(1);
  expect(site.counted("done")).toBe(1);
});

withCertificate("a request that is malformed is 400, says why, and counts against its client", async () => {
  const { client, failures, site, over } = await opened(() => text("x"));
  const { status, body } = await client.ask({ "x-own": "a\r\nb: c" });
  expect([status, body]).toEqual(["400", "400 Bad Request: A header holds a control character\n"]);
  expect((await client.ask({ ":method": "FOO" })).status).toBe("200");
  await over(2);
  expect(failures).toEqual(["protocol-error"]);
  expect(site.told[0]).toBe("GET / 400 A header holds a control character");
});

withCertificate("a failure counts at the site that was asked, also where another is asked meanwhile", async () => {
  const later = Promise.withResolvers<Answer>();
  const { client, rig, failures, over } = await opened(() => later.promise);
  const other = new QuicDoor(() => {});
  other.host = Object.assign(new FakeSite(() => text("<b>")), { overQuic: other.host.overQuic });
  rig.add(other, "b.example");
  const { heard } = await client.begin({}, true);
  expect((await client.ask({ ":authority": "b.example" })).body).toBe("<b>");
  later.resolve({ ...text("no"), status: 401, substatus: 1 });
  await heard;
  await over(1);
  expect(failures).toEqual(["failed-login"]);
});

withCertificate("a host that nobody has is 421, and whoever asks too often hears 429", async () => {
  const refused = { is: "refused", why: "request-rate", untilMs: undefined } as const;
  let asked = 0;
  const { client } = await opened(() => text("x"), { request: () => (++asked > 1 ? refused : undefined) });
  expect((await client.ask({ ":authority": "other.example" })).status).toBe("421");
  expect((await client.ask()).status).toBe("200");
  expect((await client.ask()).status).toBe("429");
});

withCertificate("a connection that is to end answers what is under way, and then ends", async () => {
  const slow = Promise.withResolvers<Answer>();
  const asked = Promise.withResolvers<void>();
  const { client, finish, clock } = await opened(() => {
    asked.resolve();
    return slow.promise;
  });
  const away = new Promise((resolve) => {
    client.session.ongoaway = resolve;
  });
  const { heard } = await client.begin({}, true);
  await asked.promise;
  finish();
  await away;
  slow.resolve(text("still"));
  expect((await heard).body).toBe("still");
  let isClosed = false;
  const closed = client.closed.finally(() => {
    isClosed = true;
  });
  while (!isClosed) {
    clock.advance(600);
    await moment();
  }
  expect(await closed).toStartWith("closed");
});

withCertificate("a connection that asks nothing is closed, and each request gives it its time anew", async () => {
  const { client, clock, over, site } = await opened(() => text("x"));
  await client.ask();
  await over(1);
  clock.advance(59_000);
  expect((await client.ask()).body).toBe("x");
  await over(2);
  clock.advance(59_000);
  expect((await client.ask()).body).toBe("x");
  await over(3);
  clock.advance(61_000);
  expect(await client.closed).toBe("closed with 256");
  expect(site.lines).toHaveLength(3);
});

withCertificate("a slow body is 408, and a request that never begins is broken off", async () => {
  const { client, clock, site, over } = await opened(async (request) => text(await received(request)));
  const slow = await client.begin({ ":method": "POST" });
  slow.stream.writer.writeSync(Buffer.from("some"));
  await client.ask();
  await over(1);
  clock.advance(61_000);
  expect((await slow.heard).status).toBe("408");
  await over(2);
  expect(site.told[1]).toBe("POST / 408 The body of the request did not come in time");
});

withCertificate("a body may take as long to be made as it likes: that is not the client's time", async () => {
  const [piece, asked] = [Promise.withResolvers<Piece>(), Promise.withResolvers<void>()];
  let turn = 0;
  const next = () => {
    asked.resolve();
    return turn++ === 0 ? piece.promise : ("over" as const);
  };
  const { client, clock } = await opened(() => ({ ...text(""), body: { length: undefined, next, close: () => {} } }));
  const { heard } = await client.begin({}, true);
  await asked.promise;
  clock.advance(600_000);
  piece.resolve(Buffer.from("late"));
  expect(await heard).toMatchObject({ body: "late", isBroken: false });
});

withCertificate("a client that does not read is cut off, and one that gives up counts as broken off", async () => {
  const sources: Letters[] = [];
  const { client, clock, site, over } = await opened(() => {
    const source = new Letters(100_000, 1000);
    sources.push(source);
    return { ...text(""), body: source };
  });
  const stream = await client.session.createBidirectionalStream();
  stream.onerror = () => {};
  stream.closed.catch(() => {});
  stream.sendHeaders(
    { ":method": "GET", ":scheme": "https", ":authority": "a.example", ":path": "/" },
    { terminal: true },
  );
  while (sources.length === 0) await moment();
  // Nothing is read while the clock moves on; as long as one may take who reads slowly, for what the runtime keeps.
  for (let turn = 0; turn < 9; turn++) {
    clock.advance(61_000);
    await moment();
  }
  expect(site.lines).toEqual([]);
  clock.advance((KEPT_BYTES_MAX / 10) * 1000 + 1000);
  await over(1);
  const other = await client.begin({}, true);
  other.heard.catch(() => {});
  while (sources.length === 1) await moment();
  other.stream.destroy(undefined, { code: 0x10c });
  await over(2);
  expect(site.counted("aborted")).toBe(2);
  expect(sources.map((it) => it.isClosed)).toEqual([true, true]);
});
