import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import type { Welcome } from "../../account/login.ts";
import type { Carrier } from "../../net/carrier.ts";
import { underTls } from "../../net/testing/fake-connection.ts";
import type { Answer, BodySource } from "../../proto/http/answer/answer.ts";
import { FakeSite, SessionRig, text } from "../testing/session-rig.ts";

const GET = "GET /a?b=c HTTP/1.1\r\nHost: a.example\r\n\r\n";

test("requests on one connection are answered in their order, each with a line of the log, also those that came together", async () => {
  const site = new FakeSite(({ path }) => text(`<${path}>`));
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.say(`${GET}${GET.replace("/a", "/b")}`);
  expect(await client.hear("</b?b=c>")).toContain("</a?b=c>");
  client.say(GET);
  await client.hear("</a?b=c>");
  expect(site.told).toEqual(["GET /a 200", "GET /b 200", "GET /a 200"]);
  expect(site.lines[0]).toMatchObject({
    uriQuery: "b=c",
    ends: { clientAddress: "192.0.2.1", trace: "t1" },
    protocolVersion: "HTTP/1.1",
    bytesReceived: GET.length,
    subStatus: 0,
    timeTakenMs: 0,
    atMs: 1_700_000_000_000,
    host: "",
  });
  expect(site.lines[0]?.bytesSent).toBeGreaterThan(50);
  expect(site.counted("done")).toBe(3);
});

test("headers are looked up for the log only where it writes them", async () => {
  const site = new FakeSite(() => text("x"), ["host", "userAgent", "cookie"]);
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.say("GET / HTTP/1.1\r\nHost: a.example:80\r\nUser-Agent: caf\xc3\xa9\r\nCookie: a=b\r\nReferer: r\r\n\r\n");
  await client.hear("\r\n\r\nx");
  const expected = { host: "a.example:80", userAgent: "caf\xc3\xa9", cookie: "a=b", referer: "" };
  expect(site.lines[0]).toMatchObject(expected);
});

test("who has logged in stands in the line of that request alone; a login counts as a failure where it failed", async () => {
  const ada: Welcome = { is: "welcome", account: "ada", groups: [], may: () => true };
  const site = new FakeSite(({ path }, asker) => {
    if (path === "/ada") asker.user = ada;
    const substatus = Number(path.at(-1));
    return { ...text("x"), ...(substatus > 0 ? { status: 401, substatus } : {}) };
  });
  using rig = new SessionRig(site);
  const client = await rig.open();
  for (const path of ["/2", "/1", "/ada", "/0"]) {
    client.say(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await client.hear("\r\n\r\nx");
  }
  expect(site.lines.map((it) => it.userName)).toEqual(["", "", "ada", ""]);
  expect(rig.failures).toEqual(["failed-login"]);
});

test("a connection that is broken off has no answer, and a line that says so", async () => {
  const site = new FakeSite((_, asker) => {
    asker.cut();
    return new Promise(() => {});
  });
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.say(GET);
  expect(await client.ended).toBe("reset");
  expect([client.heard(), site.lines[0]?.status, site.counted("aborted")]).toEqual(["", undefined, 1]);
});

test("a head that comes byte by byte is as late as one that stops", async () => {
  const site = new FakeSite(() => text("x"));
  using rig = new SessionRig(site);
  const client = await rig.open();
  await rig.heard(() => client.say("GET / HTTP/1.1\r\nHo"));
  rig.clock.advance(6000);
  await rig.heard(() => client.say("st: a.exa"));
  rig.clock.advance(5000);
  expect(await client.hear("Connection: close\r\n\r\n")).toContain("HTTP/1.1 408 ");
  expect(await client.ended).toBe("closed");
  expect(site.told).toEqual(["  408 The request did not come in time"]);
});

test("a connection that asks nothing is closed without a word, and each request gives it its time anew", async () => {
  const site = new FakeSite(() => text("x"));
  using rig = new SessionRig(site);
  const client = await rig.open();
  rig.clock.advance(50_000);
  client.say(GET);
  await client.hear("\r\n\r\nx");
  rig.clock.advance(50_000);
  client.say(GET);
  await client.hear("\r\n\r\nx");
  rig.clock.advance(61_000);
  expect(await client.ended).toBe("closed");
  expect(client.heard()).toBe("");
});

test("a slow body that goes on lives on; one that does not is 408", async () => {
  let bytes = 0;
  const taken = Promise.withResolvers<Answer>();
  const site = new FakeSite(({ body }) => {
    const take = (piece: Buffer) => {
      bytes += piece.length;
    };
    body?.receive({ take, end: () => taken.resolve(text("whole")), lost: () => {} }, 1e6);
    return taken.promise;
  });
  using rig = new SessionRig(site);
  const client = await rig.open();
  await rig.heard(() => client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n"));
  for (let part = 0; part < 5; part++) {
    rig.clock.advance(59_000);
    await rig.heard(() => client.say("x".repeat(600)));
  }
  expect(bytes).toBe(3000);
  rig.clock.advance(59_000);
  await rig.heard(() => client.say("x".repeat(100)));
  rig.clock.advance(2000);
  expect(await client.hear("close\r\n\r\n")).toContain("HTTP/1.1 408 ");
  expect(site.lines[0]?.bytesReceived).toBe(3100 + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n".length);
});

test("a drain answers what is under way and what is on its way, and closes what is idle at once", async () => {
  const later = Promise.withResolvers<Answer>();
  const site = new FakeSite(({ path }) => (path === "/later" ? later.promise : text("x")));
  using fresh = new SessionRig(site);
  const first = await fresh.open();
  fresh.session?.finish();
  first.say(GET);
  expect(await first.hear("\r\n\r\nx")).toContain("Connection: close");
  expect(await first.ended).toBe("closed");

  using silent = new SessionRig(site);
  const second = await silent.open();
  silent.session?.finish();
  silent.clock.advance(2500);
  expect(await second.ended).toBe("closed");

  using kept = new SessionRig(site);
  const third = await kept.open();
  third.say(GET);
  await third.hear("\r\n\r\nx");
  kept.session?.finish();
  expect(await third.ended).toBe("closed");

  using busy = new SessionRig(site);
  const fourth = await busy.open();
  await busy.heard(() => fourth.say("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
  busy.session?.finish();
  later.resolve(text("y"));
  expect(await fourth.hear("\r\n\r\ny")).toContain("Connection: close");
  expect(await fourth.ended).toBe("closed");
});

test("each request goes to the site of its host, and one for nobody is refused as the connection is", async () => {
  const [a, b] = [new FakeSite(() => text("<a>")), new FakeSite(() => text("<b>"))];
  const moveTo = (name: string) => (name === "b.example" ? b : name === "a.example" ? a : undefined);
  using rig = new SessionRig(a, { moveTo });
  const client = await rig.open();
  client.say(GET + GET.replace("a.example", "B.example:99") + GET);
  await client.hear("<a>");
  await client.hear("<b>");
  await client.hear("<a>");
  client.say(GET.replace("a.example", "c.example"));
  expect(await client.hear("close\r\n\r\n")).toContain("HTTP/1.1 400 ");
  expect(await client.ended).toBe("closed");
  expect([a.lines.length, b.lines.length]).toEqual([3, 1]);

  using secure = new SessionRig(a, { moveTo, secured: underTls });
  const other = await secure.open();
  other.say(GET.replace("a.example", "c.example"));
  await other.hear("HTTP/1.1 421 Misdirected Request\r\n");
});

test("a request of HTTP/1.0 without a host is for whoever takes such, else for where the connection is; under TLS for that", async () => {
  const [a, every] = [new FakeSite(() => text("<a>")), new FakeSite(() => text("<every>"))];
  const nameless = "GET / HTTP/1.0\r\n\r\n";
  for (const [taker, more, wanted] of [
    [every, {}, "<every>"],
    [undefined, {}, "<a>"],
    [every, { secured: underTls }, "<a>"],
  ] as const) {
    using rig = new SessionRig(a, { moveTo: (name: string) => (name === "" ? taker : undefined), ...more });
    const client = await rig.open();
    client.say(nameless);
    await client.hear(wanted);
  }
});

test("a method that nobody knows is the client's mistake, and no failure of the site", async () => {
  const site = new FakeSite(({ method }) => ({ ...text("x"), status: method === "BREW" ? 501 : 503 }));
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.say(GET.replace("GET", "BREW"));
  await client.hear("x");
  client.say(GET);
  await client.hear("x");
  expect(site.counted("refused")).toBe(1);
  expect(rig.failures).toEqual(["client-error"]);
});

test("whoever asks too often hears 429, and whoever breaks the protocol is told of", async () => {
  const site = new FakeSite(({ path }) => ({ ...text("x"), status: path === "/no" ? 404 : 200 }));
  const refused = { is: "refused", why: "request-rate", untilMs: undefined } as const;
  using rig = new SessionRig(site, { visit: { request: () => refused, failure: () => undefined } });
  const client = await rig.open();
  client.say(GET);
  expect(await client.hear("close\r\n\r\n")).toContain("HTTP/1.1 429 ");
  expect(site.counted("refused")).toBe(1);

  using other = new SessionRig(site);
  const stranger = await other.open();
  stranger.say("GET /no HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost : a\r\n\r\n");
  expect(await stranger.hear("HTTP/1.1 400 ")).toContain("HTTP/1.1 404 ");
  expect(other.failures).toEqual(["client-error", "protocol-error"]);
  expect(site.told.at(-1)).toBe("GET / 400 A blank stands between the name of a header and its colon");
});

test("an address that is turned away for its failures gets no second answer", async () => {
  const site = new FakeSite(() => ({ ...text("x"), status: 404 }));
  const refused = { is: "refused", why: "failure-rate", untilMs: undefined } as const;
  using rig = new SessionRig(site, { visit: { request: () => undefined, failure: () => refused } });
  const client = await rig.open();
  client.say(GET + GET);
  await client.hear("\r\n\r\nx");
  expect(await client.ended).toBe("closed");
  expect(client.heard()).toBe("");
});

test("a client that has sent all it will still gets its answer, and one that is gone counts as broken off", async () => {
  const answers = [Promise.withResolvers<Answer>(), Promise.withResolvers<Answer>()];
  let asked = 0;
  const site = new FakeSite(() => answers[asked++]?.promise ?? text(""));
  using half = new SessionRig(site);
  const first = await half.open();
  const over = new Promise((resolve) => half.socket?.once("end", resolve));
  first.socket.end(GET);
  await over;
  answers[0]?.resolve(text("late"));
  await first.hear("late");

  using gone = new SessionRig(site);
  const second = await gone.open();
  await gone.heard(() => second.say(GET));
  const closed = new Promise((resolve) => gone.socket?.once("close", resolve));
  second.socket.resetAndDestroy();
  await closed;
  expect(site.counted("aborted")).toBe(1);
  expect(site.told.at(-1)).toBe("GET /a undefined");
});

/** Pieces that are all made in the same memory, as a file would be read. */
class Reused implements BodySource {
  readonly length: number;
  private readonly piece: Buffer;
  private made = 0;
  private readonly pieces: number;

  constructor(pieceBytes: number, pieces: number) {
    this.piece = Buffer.alloc(pieceBytes);
    this.pieces = pieces;
    this.length = pieceBytes * pieces;
  }

  next() {
    if (this.made === this.pieces) return "over" as const;
    return this.piece.fill(97 + (this.made++ % 26));
  }

  close(): void {
    this.piece.fill(0);
  }
}

test("a client that reads slowly gets every byte, whatever becomes of the memory that it was made in", async () => {
  const [bytes, pieces] = [65_000, 150];
  const site = new FakeSite(() => ({ ...text(""), body: new Reused(bytes, pieces) }));
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.socket.pause();
  client.say(GET);
  await rig.stuck();
  client.socket.resume();
  await client.hear("\r\n\r\n");
  while (client.heard().length < bytes * pieces) await new Promise((resolve) => client.socket.once("data", resolve));
  const body = client.heard();
  const wrong = Array.from({ length: pieces }, (_, index) => index).filter(
    (index) => body.slice(index * bytes, (index + 1) * bytes) !== String.fromCharCode(97 + (index % 26)).repeat(bytes),
  );
  expect(wrong).toEqual([]);
});

test("a client that asks on and reads slowly is answered on, also where little of it waits", async () => {
  const site = new FakeSite(() => text("x".repeat(1000)));
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.socket.pause();
  let asked = 0;
  while ((rig.socket?.writableLength ?? 0) === 0) {
    asked += 20;
    await rig.heard(() => client.say(GET.repeat(20)));
  }
  client.say(GET.repeat(20));
  asked += 20;
  client.socket.resume();
  for (let answer = 0; answer < asked; answer++) await client.hear("\r\n\r\nx");
  expect(site.lines).toHaveLength(asked);
});

test("a client that does not read is cut off, later than one that asks nothing", async () => {
  const site = new FakeSite(() => ({ ...text(""), body: new Reused(300_000, 60) }));
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.socket.pause();
  client.say(GET);
  await rig.stuck();
  const waitsMs = ((rig.socket?.writableLength ?? 0) / 10) * 1000;
  rig.clock.advance(waitsMs - 1000);
  expect(rig.socket?.destroyed).toBe(false);
  rig.clock.advance(2000);
  expect(rig.socket?.destroyed).toBe(true);
  // In the system, too: nothing goes on for it there.
  client.socket.resume();
  expect(await client.ended).toBe("reset");
});

/** A client that reads faster than anybody can write. */
class Insatiable extends EventEmitter implements Carrier {
  readonly destroyed = false;
  readonly readableEnded = false;
  readonly writableLength = 0;
  readonly bytesRead = 0;
  bytesWritten = 0;

  write(bytes: Buffer): boolean {
    this.bytesWritten += bytes.length;
    return true;
  }
  lend(bytes: Buffer): boolean {
    return this.write(bytes);
  }
  isPaused(): boolean {
    return false;
  }
  pause(): void {}
  resume(): void {}
  unshift(): void {}
  end(): void {}
  destroy(): void {}
  resetAndDestroy(): void {}
}

test("a client that reads as fast as we write does not keep others waiting", async () => {
  const [bytes, pieces] = [200_000, 50];
  const site = new FakeSite(() => ({ ...text(""), body: new Reused(bytes, pieces) }));
  using rig = new SessionRig(site);
  const socket = new Insatiable();
  rig.serve(socket);
  socket.emit("data", Buffer.from(GET));
  const sent: number[] = [];
  for (; site.lines.length === 0; await new Promise((resolve) => setImmediate(resolve))) sent.push(socket.bytesWritten);
  expect(sent[0]).toBeLessThan(1_000_000);
  expect(socket.bytesWritten).toBeGreaterThan(bytes * pieces);
});

test("a last answer that waits is read as slowly as any other, and then the client has its time to close", async () => {
  const [bytes, ready] = [6_000_000, Promise.withResolvers<Answer>()];
  const site = new FakeSite(({ path }) => (path === "/now" ? text("x".repeat(bytes)) : ready.promise));
  for (const path of ["/now", "/later"]) {
    using rig = new SessionRig(site);
    const client = await rig.open();
    client.socket.pause();
    await rig.heard(() => client.say(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`));
    ready.resolve(text("x".repeat(bytes)));
    await rig.stuck();
    rig.clock.advance(50_000);
    expect(rig.socket?.destroyed).toBe(false);
    const drained = new Promise((resolve) => rig.socket?.once("drain", resolve));
    client.socket.resume();
    await drained;
    rig.clock.advance(4000);
    expect(rig.socket?.destroyed).toBe(false);
    await client.hear("\r\n\r\n");
    expect([await client.ended, client.heard().length]).toEqual(["closed", bytes]);
  }
});

test("a client that has said its last and was told little is not waited for; one with more to read is, for its time", async () => {
  for (const [bytes, isClosed] of [
    [1000, true],
    [20_000, false],
  ] as const) {
    using rig = new SessionRig(new FakeSite(() => text("x".repeat(bytes))));
    const client = await rig.open();
    client.socket.allowHalfOpen = true;
    await rig.heard(() => client.say("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    expect(rig.socket?.destroyed).toBe(isClosed);
    await client.hear("x".repeat(bytes));
    rig.clock.advance(5000);
    expect(rig.socket?.destroyed).toBe(true);
  }
});

test("a client that does not read its last answer is cut off, and cannot take half of it for all", async () => {
  const site = new FakeSite(() => text("x".repeat(6_000_000)));
  using rig = new SessionRig(site);
  const client = await rig.open();
  client.socket.pause();
  client.say("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
  await rig.stuck();
  rig.clock.advance(((rig.socket?.writableLength ?? 0) / 10) * 1000 + 1000);
  expect(rig.socket?.destroyed).toBe(true);
  client.socket.resume();
  expect(await client.ended).toBe("reset");
});
