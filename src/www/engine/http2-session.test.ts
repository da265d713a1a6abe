// A session of HTTP/2 on a socket: what the clock, the log and the limits see of it.
import { expect, test } from "bun:test";
import type { Welcome } from "../../account/login.ts";
import { underTls } from "../../net/testing/fake-connection.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import {
  ask,
  begin,
  block,
  data,
  frame,
  get,
  greeting,
  ping,
  reset,
  settings,
} from "../../proto/http2/testing/frames.ts";
import { FakeSite, SessionRig, text } from "../testing/session-rig.ts";
import { StreamClient } from "../testing/stream-client.ts";

async function opened(rig: SessionRig): Promise<StreamClient> {
  const client = new StreamClient(await rig.open());
  await client.greet();
  return client;
}

const rigOf = (site: FakeSite, more: ConstructorParameters<typeof SessionRig>[1] = {}) =>
  new SessionRig(site, more, "HTTP/2");

const mark = frame("ping", 1, 0, Buffer.from("mark\0\0\0\0"));

test("requests that run at once have each a line of the log, as they are answered", async () => {
  const later = Promise.withResolvers<Answer>();
  const site = new FakeSite(({ path }) => (path === "/later" ? later.promise : text("x")), ["host"]);
  using rig = rigOf(site);
  const client = await opened(rig);
  await rig.heard(() => client.say(ask(1, get("/later")), ask(3, get("/a?b=c")), ask(5, get("/gone"))));
  await client.hear("data 5 x end");
  later.resolve(text("late"));
  await client.hear("data 1 late end");
  expect(site.told).toEqual(["GET /a 200", "GET /gone 200", "GET /later 200"]);
  expect(site.lines[0]).toMatchObject({ protocolVersion: "HTTP/2.0", uriQuery: "b=c", host: "a.example" });
  expect(site.lines[0]?.bytesReceived).toBe(ask(3, get("/a?b=c")).length);
  expect(site.lines[0]?.bytesSent).toBeGreaterThan(40);
  expect(site.counted("done")).toBe(3);
});

test("who has logged in with one request is nobody to another that runs at the same time", async () => {
  const ada: Welcome = { is: "welcome", account: "ada", groups: [], may: () => true };
  const later = Promise.withResolvers<Answer>();
  const seen: (string | undefined)[] = [];
  const site = new FakeSite(({ path }, asker) => {
    if (path === "/ada") asker.user = ada;
    return later.promise.then(() => {
      seen.push(asker.user?.account);
      return text("x");
    });
  });
  using rig = rigOf(site);
  const client = await opened(rig);
  await rig.heard(() => client.say(ask(1, get("/ada")), ask(3, get("/nobody"))));
  later.resolve(text("x"));
  await client.hear("data 3 x end");
  expect(seen).toEqual(["ada", undefined]);
  expect(site.lines.map((it) => `${it.uriStem} ${it.userName}`)).toEqual(["/ada ada", "/nobody "]);
});

test("a request that is broken off counts as such, and so do all of a connection that is lost", async () => {
  const site = new FakeSite(() => new Promise<Answer>(() => {}));
  using rig = rigOf(site);
  const client = await opened(rig);
  await rig.heard(() => client.say(ask(1, get("/a")), reset(1), ask(3, get("/b")), ask(5, get("/c"))));
  expect(site.told).toEqual(["GET /a undefined"]);
  const closed = new Promise((resolve) => rig.socket?.once("close", resolve));
  rig.socket?.resetAndDestroy();
  await closed;
  expect(site.told).toEqual(["GET /a undefined", "GET /b undefined", "GET /c undefined"]);
  expect(site.counted("aborted")).toBe(3);
});

test("each request goes to the site of its host, and one for nobody is refused alone", async () => {
  const later = Promise.withResolvers<Answer>();
  const [a, b] = [new FakeSite(() => later.promise), new FakeSite(() => text("<b>"))];
  const moveTo = (name: string) => (name === "b.example" ? b : name === "a.example" ? a : undefined);
  using rig = rigOf(a, { moveTo, secured: underTls });
  const client = await opened(rig);
  const of = (host: string) => [...get().slice(0, 3), [":authority", host] as const];
  client.say(ask(1), ask(3, of("b.example")), ask(5, of("c.example")));
  await client.hear("data 3 <b> end");
  await client.hear("headers 5 :status=421");
  later.resolve(text("<a>"));
  await client.hear("data 1 <a> end");
  expect([a.told, b.told]).toEqual([["GET / 200"], ["GET / 200", expect.stringMatching(/^GET \/ 421 /)]]);
  client.say(ask(7));
  await client.hear("data 7 <a> end");
  expect(client.lines.filter((it) => it.startsWith("goAway"))).toEqual([]);
});

test("a failure counts at the site that was asked, also where another is asked meanwhile", async () => {
  const later = Promise.withResolvers<Answer>();
  const [a, b] = [new FakeSite(() => later.promise), new FakeSite(() => text("<b>"))];
  const failures: string[] = [];
  const sites = { "a.example": a, "b.example": b };
  const moveTo = (name: string) => {
    const failure = (kind: string) => void failures.push(`${name} ${kind}`) as undefined;
    Object.assign(rig.connection ?? {}, { visit: { request: () => undefined, failure } });
    return sites[name as keyof typeof sites];
  };
  using rig = rigOf(a, { moveTo, secured: underTls });
  const client = await opened(rig);
  client.say(ask(1), ask(3, [...get().slice(0, 3), [":authority", "b.example"]]));
  await client.hear("data 3 <b> end");
  later.resolve({ ...text("no"), status: 401, substatus: 1 });
  await client.hear("data 1 no end");
  expect(failures).toEqual(["a.example failed-login"]);
});

test("a connection that asks nothing is told so and closed", async () => {
  using rig = rigOf(new FakeSite(() => text("x")));
  const client = await opened(rig);
  rig.clock.advance(50_000);
  client.say(ask(1));
  await client.hear("data 1 x end");
  rig.clock.advance(50_000);
  client.say(ask(3));
  await client.hear("data 3 x end");
  rig.clock.advance(61_000);
  expect(await client.hear("goAway")).toBe("goAway 3 0");
  expect(await client.ended).toBe("closed");
});

test("half a head is late, and PING does not make it earlier", async () => {
  const site = new FakeSite(() => text("x"));
  using rig = rigOf(site);
  const client = await opened(rig);
  await rig.heard(() => client.say(frame("headers", 1, 1, block(get()).subarray(0, 5))));
  rig.clock.advance(11_000);
  await client.hear("goAway 0 0");
  expect(await client.ended).toBe("closed");
  expect(site.told).toEqual(["  408 The request did not come in time"]);
});

test("a body that stops coming is late, whatever else goes on", async () => {
  const site = new FakeSite(({ body, path }) => {
    if (path === "/") return text("x");
    body?.receive({ take: () => {}, end: () => {}, lost: () => {} }, 1e6);
    return new Promise<Answer>(() => {});
  });
  using rig = rigOf(site);
  const client = await opened(rig);
  const slow = [[":method", "POST"] as const, ...get("/slow").slice(1)];
  await rig.heard(() => client.say(begin(1, slow), data(1, "x")));
  rig.clock.advance(1000);
  for (let stream = 3; stream < 9; stream += 2) {
    rig.clock.advance(29_000);
    client.say(ask(stream));
    await client.hear(`data ${stream} x end`);
  }
  await client.hear("headers 1 :status=408");
  client.say(ask(11));
  await client.hear("data 11 x end");
});

test("an answer whose window stays shut is given up, and the connection lives on", async () => {
  const site = new FakeSite(() => text("x".repeat(1000)));
  using rig = rigOf(site);
  const client = await opened(rig);
  client.say(settings([4, 10]), ask(1));
  await client.hear("data 1 xxxxxxxxxx");
  rig.clock.advance(1000);
  rig.clock.advance(61_000);
  await client.hear("resetStream 1 8");
  expect(site.told).toEqual(["GET / 200"]);
  expect(site.counted("aborted")).toBe(1);
});

test("a drain answers what is under way and what is on its way, and ends when the client knows", async () => {
  const later = Promise.withResolvers<Answer>();
  const site = new FakeSite(({ path }) => (path === "/later" ? later.promise : text("x")));
  using rig = rigOf(site);
  const client = await opened(rig);
  await rig.heard(() => client.say(ask(1, get("/later"))));
  rig.session?.finish();
  await client.hear("ping mark");
  client.say(ask(3), mark);
  await client.hear("data 3 x end");
  await client.hear("goAway 3 0");
  later.resolve(text("y"));
  await client.hear("data 1 y end");
  expect(await client.ended).toBe("closed");

  using silent = rigOf(site);
  const other = await opened(silent);
  silent.session?.finish();
  silent.clock.advance(2500);
  await other.hear("goAway 0 0");
  expect(await other.ended).toBe("closed");
});

test("whoever breaks the protocol is told of, and one that is turned away for it gets nothing more", async () => {
  const site = new FakeSite(() => text("x"));
  using rig = rigOf(site);
  const client = await opened(rig);
  client.say(ask(1, [["x-own", "y"]]));
  await client.hear("resetStream 1 1");
  client.say(data(9, "x"));
  await client.hear("goAway 1 1");
  expect(rig.failures).toEqual(["protocol-error", "protocol-error"]);
  expect(site.told.at(-1)).toBe("  400 A frame is for a stream that was never begun");

  const refused = { is: "refused", why: "failure-rate", untilMs: undefined } as const;
  using strict = rigOf(site, { visit: { request: () => undefined, failure: () => refused } });
  const other = await opened(strict);
  other.say(ask(1, [["x-own", "y"]]));
  await other.hear("goAway 2147483647 0");
});

test("a client that does not read is cut off", async () => {
  const site = new FakeSite(() => text("x".repeat(6_000_000)));
  using rig = rigOf(site);
  const dialogue = await rig.open();
  dialogue.socket.pause();
  const open = frame("windowUpdate", 0, 0, Buffer.from([0x7f, 0, 0, 0]));
  dialogue.socket.write(Buffer.concat([greeting, settings([4, 2 ** 31 - 1]), open, ask(1), ask(3)]));
  await rig.stuck();
  rig.clock.advance(((rig.socket?.writableLength ?? 0) / 10) * 1000 + 1000);
  expect(rig.socket?.destroyed).toBe(true);
});

test("a client that does not read gains no time by what it says meanwhile", async () => {
  const site = new FakeSite(() => text("x".repeat(6_000_000)));
  using rig = rigOf(site);
  const dialogue = await rig.open();
  dialogue.socket.pause();
  const open = frame("windowUpdate", 0, 0, Buffer.from([0x7f, 0, 0, 0]));
  dialogue.socket.write(Buffer.concat([greeting, settings([4, 2 ** 31 - 1]), open, ask(1), ask(3)]));
  await rig.stuck();
  const waitsMs = ((rig.socket?.writableLength ?? 0) / 10) * 1000;
  rig.clock.advance(waitsMs / 2);
  await rig.heard(() => dialogue.socket.write(ping()));
  rig.clock.advance(waitsMs / 2 - 1000);
  expect(rig.socket?.destroyed).toBe(false);
  rig.clock.advance(2000);
  expect(rig.socket?.destroyed).toBe(true);
});

test("in clear the first words tell which version is spoken, however they come", async () => {
  const site = new FakeSite(() => text("x"));
  const unknown = () => new SessionRig(site, {}, "unknown");
  for (const first of ["PRI * HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"]) {
    using rig = unknown();
    const client = await rig.open();
    for (const byte of first) await rig.heard(() => client.say(byte));
    expect(await client.hear("\r\n\r\n")).toStartWith("HTTP/1.1 ");
  }
  using rig = unknown();
  const client = new StreamClient(await rig.open());
  for (const byte of greeting) await rig.heard(() => client.say(Buffer.from([byte])));
  client.say(ask(1));
  await client.hear("data 1 x end");

  using silent = unknown();
  const nobody = await silent.open();
  silent.clock.advance(61_000);
  expect(await nobody.ended).toBe("closed");
  using half = unknown();
  const slow = await half.open();
  await half.heard(() => slow.say("PRI * HT"));
  half.clock.advance(11_000);
  expect(await slow.hear("\r\n\r\n")).toStartWith("HTTP/1.1 408 ");
});
