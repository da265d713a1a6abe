import { afterEach, expect, test } from "bun:test";
import { connect as connectPlain, createServer, type Socket } from "node:net";
import { connect } from "node:tls";
import { seeded, systemClock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import type { Admission, Visit } from "../access/visit.ts";
import type { Connection, Host, TurnedAway } from "../connection.ts";
import { siteCells, siteMetrics } from "../metrics/metrics.ts";
import { MetricsBook } from "../metrics/metrics-book.ts";
import { openListeningSocket } from "../system/listening-socket.ts";
import { selfSigned } from "../testing/certificates.ts";
import { openDialogue } from "../testing/dialogue.ts";
import { withCertificate } from "../testing/with-certificate.ts";
import type { Certificates, Security } from "../tls/security.ts";
import { TraceSource } from "../trace-id.ts";
import { Acceptor } from "./acceptor.ts";
import { ConnectionLedger } from "./connection-ledger.ts";
import type { Door } from "./door.ts";
import { Front } from "./front.ts";
import { PlaceTable, type Route } from "./place-table.ts";

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const certificate = { name: "a", generation: 1, ...selfSigned("a.example", "b.example") };
const certificates: Certificates = { choose: () => certificate };
const security: Security = {
  certificate: null,
  versionMin: "TLSv1.2",
  clientCertificate: "off",
  authorities: "",
  protocols: [],
};
const visit: Visit = { is: "in", leave: () => {}, request: () => undefined, failure: () => undefined };

/** A site that greets with its name, says "bye" when asked to finish, and answers STARTTLS and HOST. */
class TestDoor implements Door {
  readonly path: string;
  readonly ledger = new ConnectionLedger(9, systemClock);
  readonly metrics = new MetricsBook(siteMetrics.end).site("a");
  readonly security = security;
  readonly handshakeTimeoutMs = 5000;
  paused = false;
  admission: Admission = visit;
  proxies: readonly string[] = [];
  readonly seen: Connection[] = [];
  readonly told: string[] = [];

  constructor(name: string) {
    this.path = name;
  }

  readonly host: Host = {
    serve: (socket, connection) => this.talk(socket as Socket, connection),
    turnAway(socket, why) {
      socket.write(Buffer.from(`not now: ${why}\r\n`));
      socket.end();
    },
  };

  private talk(socket: Socket, connection: Connection): void {
    this.seen.push(connection);
    connection.onFinish(() => void socket.end("bye\r\n"));
    socket.on("end", () => socket.end());
    socket.on("data", (chunk: Buffer) => {
      const [verb, word = ""] = chunk.toString().trim().split(" ");
      if (verb === "HOST") return void socket.write(`${connection.moveTo(word) === undefined ? "no" : "yes"}\r\n`);
      if (verb !== "STARTTLS") return;
      socket.removeAllListeners("data");
      socket.write(connection.canSecure ? "go\r\n" : "no\r\n");
      void connection.secure(socket).then((secured) => {
        if (secured.ok) secured.value.end(`secured ${connection.secured?.protocol}\r\n`);
      });
    });
    socket.write(`${this.path}\r\n`);
  }

  admit = (): Admission => this.admission;
  trustsProxy = (address: string): boolean => this.proxies.includes(address);
  turnedAway = (_: unknown, why: TurnedAway): void => void this.told.push(why);
  handshakeDone = (): void => void this.told.push("secured");
  handshakeFailed = (_: unknown, { is }: { readonly is: string }): void => void this.told.push(is);
  proxyRefused = (_: unknown, because: string): void => void this.told.push(because);
}

async function fronted(...doors: readonly (readonly [Door, Partial<Route>])[]) {
  const socket = expectGood(openListeningSocket({ address: "*", port: 0 }));
  const places = new PlaceTable<Door>();
  for (const [door, route] of doors) places.add({ tag: 1, address: "*", host: "", secure: false, ...route }, door);
  const ledger = new ConnectionLedger(20, systemClock);
  const traces = new TraceSource(systemClock, seeded(1));
  const metrics = new MetricsBook(siteMetrics.end).service;
  const front = new Front({ places, ledger, certificates, traces, clock: systemClock, metrics });
  const options = { ledger, report: () => {}, subject: about("address", "here") };
  const acceptor = expectGood(
    await Acceptor.open({ ...options, fd: socket.fd, take: (it, peer, local) => front.take(1, it, peer, local) }),
  );
  endings.push(() => {
    void acceptor.stopAccepting();
    ledger.cutAll();
  });
  return { front, port: socket.port, ledger, places };
}

/** Bytes that a site has taken and sent. */
function counted({ metrics }: TestDoor) {
  const cells = metrics.take()?.cells ?? [];
  const of = (cell: number) => cells.find((_, index) => index % 2 === 1 && cells[index - 1] === cell) ?? 0;
  return { in: of(siteCells.bytesIn), out: of(siteCells.bytesOut) };
}

/** All that a TLS client hears. */
function heard(port: number, servername?: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...(servername && { servername }) });
    socket.on("data", (chunk) => {
      text += chunk;
      socket.end();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.on("close", () => resolve(text));
  });
}

test("a connection has its peer, its own address, and a name that no other has", async () => {
  const door = new TestDoor("site");
  const { port, ledger } = await fronted([door, {}]);
  const clients = [await openDialogue(port), await openDialogue(port)];
  for (const client of clients) await client.hear("site");
  expect(door.seen[0]?.peer).toEqual({ address: "127.0.0.1", port: clients[0]?.socket.localPort ?? -1 });
  expect(door.seen[0]?.local).toEqual({ address: "127.0.0.1", port });
  expect(new Set(door.seen.map((it) => it.trace)).size).toBe(2);
  expect([ledger.size, door.ledger.size]).toEqual([2, 2]);
  for (const client of clients) client.socket.destroy();
  await ledger.whenEmpty();
  expect(door.ledger.size).toBe(0);
});

test("of a crowd that comes at once all count from then on, and are served in their order, but for those who left", async () => {
  const door = new TestDoor("site");
  const { front, ledger } = await fronted([door, {}]);
  door.ledger.max = ledger.max = 200;
  const sockets: Socket[] = [];
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => void (sockets.push(socket) === 150 && resolve()));
  endings.push(() => void server.close());
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  const clients = await Promise.all(Array.from({ length: 150 }, () => openDialogue(port)));
  await complete;
  const ports = sockets.map((it) => it.remotePort ?? -1);
  const staying = clients.filter((it) => it.socket.localPort !== ports[100]);
  for (const [index, socket] of sockets.entries())
    front.take(1, socket, { address: "127.0.0.1", port: ports[index] ?? 0 }, { address: "127.0.0.1", port });
  sockets[100]?.destroy();
  expect([ledger.size, door.seen.length]).toEqual([150, 0]);
  for (const it of staying) await it.hear("site");
  expect(door.seen.map((it) => it.peer.port)).toEqual(ports.toSpliced(100, 1));
});

test("a paused site, a full one, and one that does not want the peer say so in their own words", async () => {
  const door = new TestDoor("site");
  const { port, ledger } = await fronted([door, {}]);
  const ask = async () => {
    const client = await openDialogue(port);
    await client.hear("not now: ");
    const why = await client.hear("\r\n");
    await client.ended;
    return why.trim();
  };
  door.paused = true;
  expect(await ask()).toBe("paused");
  door.paused = false;
  door.admission = { is: "refused", why: "rule", untilMs: undefined };
  expect(await ask()).toBe("rule");
  door.admission = visit;
  door.ledger.max = 1;
  await (await openDialogue(port)).hear("site");
  expect(await ask()).toBe("full");
  expect(door.told).toEqual(["paused", "rule", "full"]);
  expect(ledger.size).toBe(1);
});

withCertificate(
  "under TLS the name in the handshake chooses the site, and whom it does not want is told before the handshake",
  async () => {
    const [first, second] = [new TestDoor("first"), new TestDoor("second")];
    const { port } = await fronted(
      [first, { host: "a.example", secure: true }],
      [second, { host: "b.example", secure: true }],
    );
    expect(await heard(port, "a.example")).toBe("first\r\n");
    expect(await heard(port, "b.example")).toBe("second\r\n");
    expect(await heard(port)).toBe("first\r\n");
    expect(second.seen[0]?.secured).toMatchObject({ protocol: "TLSv1.3", serverName: "b.example" });
    second.admission = { is: "refused", why: "rule", untilMs: undefined };
    expect(await heard(port, "b.example")).toBe("ERR_SSL_TLSV1_ALERT_ACCESS_DENIED");
    expect(second.told).toEqual(["secured", "rule"]);
  },
);

withCertificate("what is sent under TLS is counted, and at the site alone where it was sent", async () => {
  const [first, second] = [new TestDoor("first"), new TestDoor("second")];
  const { port, ledger } = await fronted([first, { secure: true }], [second, { host: "b.example", secure: true }]);
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await new Promise((resolve) => socket.once("data", resolve));
  socket.write("HOST b.example\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.end();
  await ledger.whenEmpty();
  const [ofFirst, ofSecond] = [counted(first), counted(second)];
  expect([ofFirst.out, ofSecond.out]).toEqual(["first\r\n".length, "yes\r\n".length]);
  expect(ofFirst.in).toBeGreaterThan("HOST b.example\r\n".length);
  expect(ofSecond.in).toBeLessThan(ofFirst.in);
});

withCertificate("a connection that became secure is cut, finished and counted as before", async () => {
  const door = new TestDoor("site");
  const { port, ledger } = await fronted([door, {}]);
  const socket = connectPlain(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.write("STARTTLS\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  const secured = connect({ socket, rejectUnauthorized: false });
  const text = await new Promise((resolve) => secured.once("data", (chunk) => resolve(String(chunk))));
  expect(text).toBe("secured TLSv1.3\r\n");
  expect(door.ledger.size).toBe(1);
  ledger.cutAll();
  await ledger.whenEmpty();
  expect(door.ledger.size).toBe(0);
});

test("the header of a proxy that is trusted names the client; without one nobody comes in, and from others it is no header", async () => {
  const door = new TestDoor("site");
  const { port } = await fronted([door, {}]);
  door.proxies = ["127.0.0.1"];
  const proxied = await openDialogue(port);
  proxied.say("PROXY TCP4 198.51.100.7 203.0.113.1 5000 25\r\nHOST x\r\n");
  await proxied.hear("site");
  expect(door.seen[0]?.peer).toEqual({ address: "198.51.100.7", port: 5000 });
  expect(door.seen[0]?.local).toEqual({ address: "203.0.113.1", port: 25 });
  await proxied.hear("yes");
  const silent = await openDialogue(port);
  silent.say("EHLO x\r\n");
  await silent.ended;
  expect(silent.heard()).toBe("");
  expect(door.told).toEqual(["it does not begin with a PROXY header"]);
  door.proxies = [];
  const stranger = await openDialogue(port);
  await stranger.hear("site");
  expect(door.seen[1]?.peer.address).toBe("127.0.0.1");
});

withCertificate("a handshake may follow the header of a proxy in the same packet", async () => {
  const door = new TestDoor("site");
  const { port } = await fronted([door, { secure: true }]);
  door.proxies = ["127.0.0.1"];
  const raw = connectPlain(port, "127.0.0.1");
  raw.cork();
  raw.write("PROXY TCP6 2001:db8::7 2001:db8::1 5000 443\r\n");
  const secured = connect({ socket: raw, rejectUnauthorized: false });
  raw.uncork();
  const text = await new Promise((resolve) => secured.once("data", (chunk) => resolve(String(chunk))));
  expect(text).toBe("site\r\n");
  expect(door.seen[0]?.peer.address).toBe("2001:db8::7");
  secured.destroy();
});

test("a host that the protocol names moves the connection to its site, unless that does not want it", async () => {
  const [first, second] = [new TestDoor("first"), new TestDoor("second")];
  const { port } = await fronted([first, { host: "a.example" }], [second, { host: "b.example" }]);
  const client = await openDialogue(port);
  await client.hear("first");
  const ask = async (host: string) => {
    client.say(`HOST ${host}\r\n`);
    return (await client.hear("\r\n")).trim();
  };
  await client.hear("\r\n");
  expect(await ask("c.example")).toBe("no");
  second.admission = { is: "refused", why: "rule", untilMs: undefined };
  expect(await ask("b.example")).toBe("no");
  expect([first.ledger.size, second.ledger.size]).toEqual([1, 0]);
  second.admission = visit;
  expect(await ask("B.example")).toBe("yes");
  expect([first.ledger.size, second.ledger.size]).toEqual([0, 1]);
});

withCertificate("a drain during a handshake lets it come to its end, and is then heard", async () => {
  const door = new TestDoor("site");
  const { port, ledger } = await fronted([door, { secure: true }]);
  const raw = connectPlain(port, "127.0.0.1");
  await new Promise((resolve) => raw.once("connect", resolve));
  while (ledger.size === 0) await new Promise(setImmediate);
  ledger.finishAll();
  const secured = connect({ socket: raw, rejectUnauthorized: false });
  let text = "";
  secured.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => secured.once("end", resolve));
  expect(text).toBe("site\r\nbye\r\n");
  secured.end();
  await ledger.whenEmpty();
});

test("of a crowd that is turned away and does not go only so many are told, as each holds a descriptor", async () => {
  const door = new TestDoor("site");
  door.paused = true;
  const { port } = await fronted([door, {}]);
  const crowd = Array.from({ length: 130 }, () => connectPlain({ port, host: "127.0.0.1", allowHalfOpen: true }));
  const fates = crowd.map(
    (client) =>
      new Promise<string>((resolve) => {
        client.on("error", () => resolve("cut")).on("end", () => resolve("cut"));
        client.on("data", () => resolve("told"));
      }),
  );
  const told = (await Promise.all(fates)).filter((fate) => fate === "told");
  expect(told.length).toBe(100);
  for (const client of crowd) client.destroy();
});

test("where no site is left nobody is answered", async () => {
  const door = new TestDoor("site");
  const { port, places } = await fronted([door, {}]);
  places.remove({ tag: 1, address: "*", host: "", secure: false }, door);
  const client = await openDialogue(port);
  await client.ended;
  expect(client.heard()).toBe("");
});

test("a peer that resets the connection is a close and nothing worse", async () => {
  const door = new TestDoor("site");
  const { port, ledger } = await fronted([door, {}]);
  const client = await openDialogue(port);
  await client.hear("site");
  client.socket.resetAndDestroy();
  await ledger.whenEmpty();
  await (await openDialogue(port)).hear("site");
});

test("a site that moves to another form of its binding keeps the connections that are on their way, and names on open ones", async () => {
  const door = new TestDoor("site");
  const { port, places } = await fronted([door, {}]);
  const open = await openDialogue(port);
  await open.hear("site\r\n");
  const coming = await openDialogue(port);
  places.remove({ tag: 1, address: "*", host: "", secure: false }, door);
  places.add({ tag: 1, address: "127.0.0.1", host: "", secure: false }, door);
  await coming.hear("site");
  open.say("HOST any.example\r\n");
  await open.hear("yes");
});
