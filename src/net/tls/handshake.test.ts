import { afterAll, expect } from "bun:test";
import { connect as connectPlain, createServer, type Server, Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { type Clock, ManualClock, systemClock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { selfSigned, signedBy, type TestCertificate } from "../testing/certificates.ts";
import { withCertificate } from "../testing/with-certificate.ts";
import type { ClientHello } from "./client-hello.ts";
import { handshake, type Offer, type SecuredSocket } from "./handshake.ts";
import type { HandshakeFailure } from "./handshake-failure.ts";
import { SecureContexts } from "./secure-contexts.ts";
import type { Security } from "./security.ts";

const contexts = new SecureContexts();
const authority = selfSigned("authority.example");
const ours = selfSigned("a.example");
const other = selfSigned("b.example");
const policy: Security = {
  certificate: null,
  versionMin: "TLSv1.2",
  clientCertificate: "off",
  authorities: authority.chain,
  protocols: [],
};

const present = (name: string, { chain, key }: TestCertificate, generation = 1) => ({ name, chain, key, generation });

function offer(security: Partial<Security>, certificate = present("a", ours)): Result<Offer, HandshakeFailure> {
  const whole = { ...policy, ...security };
  const found = contexts.find(certificate, whole);
  if (!found.ok) throw new Error(found.error);
  return good({ context: found.value, protocols: whole.protocols, clientCertificate: whole.clientCertificate });
}

type Outcome = Result<SecuredSocket, HandshakeFailure>;
const servers: Server[] = [];
afterAll(() => {
  for (const it of servers) it.close();
});

/** A server that does one handshake with each connection; what came of it, in the order of their coming. */
async function serving(
  choose: (hello: ClientHello) => Result<Offer, HandshakeFailure>,
  serve: (socket: Socket) => void = (socket) => socket.end("hello\r\n"),
  clock: Clock = systemClock,
) {
  const waiting: ((outcome: Outcome) => void)[] = [];
  const outcomes: Outcome[] = [];
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    socket.on("error", () => {});
    const outcome = await handshake(socket, { choose, limitMs: 5000, clock });
    if (outcome.ok) serve(outcome.value.socket);
    const next = waiting.shift();
    if (next === undefined) outcomes.push(outcome);
    else next(outcome);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const outcome = (): Promise<Outcome> => {
    const already = outcomes.shift();
    return already === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(already);
  };
  return { port, outcome };
}

/** Everything that the client hears, or the code of its error. */
function client(port: number, options: ConnectionOptions = {}, act: (socket: TLSSocket) => void = () => {}) {
  return new Promise<string>((resolve) => {
    let heard = "";
    const reached: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
      port,
      host: "127.0.0.1",
      rejectUnauthorized: false,
      allowHalfOpen: true,
      ...options,
    };
    const socket: TLSSocket = connect(reached, () => act(socket));
    socket.on("data", (chunk) => {
      heard += chunk;
    });
    socket.on("end", () => socket.end());
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve(heard));
  });
}

withCertificate(
  "the name in the client's first message chooses the certificate, and one that matches nothing gets an alert",
  async () => {
    const { port, outcome } = await serving(({ serverName }) => {
      if (serverName === "a.example") return offer({});
      if (serverName === "b.example") return offer({}, present("b", other));
      return bad({ is: "no-certificate", serverName });
    });
    const names: unknown[] = [];
    const look = (socket: TLSSocket) => names.push(socket.getPeerCertificate().subject.CN);
    expect(await client(port, { servername: "A.example" }, look)).toBe("hello\r\n");
    expect(await outcome()).toMatchObject({
      ok: true,
      value: { secured: { protocol: "TLSv1.3", serverName: "a.example" } },
    });
    expect(await client(port, { servername: "b.example", maxVersion: "TLSv1.2" }, look)).toBe("hello\r\n");
    expect(await outcome()).toMatchObject({ value: { secured: { protocol: "TLSv1.2", serverName: "b.example" } } });
    expect(names).toEqual(["a.example", "b.example"]);
    expect(await client(port, { servername: "c.example" })).toBe("ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME");
    expect(await outcome()).toEqual(bad({ is: "no-certificate", serverName: "c.example" }));
  },
);

withCertificate("protocols are agreed on by ALPN, and where there is none in common the client is told", async () => {
  const { port, outcome } = await serving(() => offer({ protocols: ["h2", "http/1.1"] }));
  await client(port, { ALPNProtocols: ["http/1.1"] });
  expect(await outcome()).toMatchObject({ value: { secured: { alpn: "http/1.1" } } });
  expect(await client(port, { ALPNProtocols: ["gopher"] })).toBe("ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
  expect(await outcome()).toEqual(bad({ is: "no-common-protocol" }));
  await client(port, {});
  expect(await outcome()).toMatchObject({ value: { secured: { alpn: undefined } } });
});

withCertificate("a site that wants TLS 1.3 refuses older clients in the words of the protocol", async () => {
  const { port, outcome } = await serving(() => offer({ versionMin: "TLSv1.3" }));
  expect(await client(port, { maxVersion: "TLSv1.2" })).toBe("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
  expect((await outcome()).ok).toBe(false);
  expect(await client(port)).toBe("hello\r\n");
});

withCertificate(
  "client certificates: asked for, their verified name is known; required, nobody comes in without one",
  async () => {
    const device = signedBy(authority, "printer-3");
    const good = { cert: device.chain, key: device.key };
    const stranger = { cert: other.chain, key: other.key };
    const asks = await serving(() => offer({ clientCertificate: "ask" }));
    expect(await client(asks.port, good)).toBe("hello\r\n");
    expect(await asks.outcome()).toMatchObject({ value: { secured: { clientName: "printer-3" } } });
    for (const unknown of [{}, stranger]) {
      expect(await client(asks.port, unknown)).toBe("hello\r\n");
      expect(await asks.outcome()).toMatchObject({ value: { secured: { clientName: undefined } } });
    }
    const requires = await serving(() => offer({ clientCertificate: "require" }));
    expect(await client(requires.port, good)).toBe("hello\r\n");
    expect(await requires.outcome()).toMatchObject({ value: { secured: { clientName: "printer-3" } } });
    expect(await client(requires.port, {})).not.toBe("hello\r\n");
    expect(await requires.outcome()).toEqual(bad({ is: "client-certificate", because: "it sent no certificate" }));
    expect(await client(requires.port, stranger)).not.toBe("hello\r\n");
    expect(await requires.outcome()).toMatchObject({ error: { is: "client-certificate" } });
  },
);

withCertificate("a session is taken up again, and a replaced certificate begins anew", async () => {
  let generation = 1;
  const { port, outcome } = await serving(() => offer({}, present("a", ours, generation)));
  let session: Buffer | undefined;
  const once = async () => {
    await client(port, session === undefined ? {} : { session }, (socket) =>
      socket.on("session", (it) => {
        session = it;
      }),
    );
    return outcome();
  };
  expect(await once()).toMatchObject({ value: { secured: { resumed: false } } });
  expect(await once()).toMatchObject({ value: { secured: { resumed: true } } });
  generation++;
  expect(await once()).toMatchObject({ value: { secured: { resumed: false } } });
});

withCertificate("a client that closes its side still gets its answer", async () => {
  const { port } = await serving(
    () => offer({}),
    (socket) => {
      let heard = "";
      socket.on("data", (chunk) => {
        heard += chunk;
      });
      socket.on("end", () => socket.end(`answer to ${heard}`));
    },
  );
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const)
    expect(await client(port, { maxVersion }, (socket) => socket.end("question"))).toBe("answer to question");
});

withCertificate("other protocols, nonsense, and clients that leave at any step end as a value", async () => {
  const { port, outcome } = await serving(() => offer({}));
  const raw = (bytes: Buffer | string) =>
    new Promise<void>((resolve) => {
      const socket = connectPlain(port, "127.0.0.1", () => socket.end(bytes));
      socket.on("error", () => {});
      socket.on("close", () => resolve());
      socket.resume();
    });
  await raw("GET / HTTP/1.1\r\n\r\n");
  expect(await outcome()).toEqual(bad({ is: "not-tls" }));
  await raw(Buffer.from([22, 3, 1, 0, 0]));
  expect(await outcome()).toEqual(bad({ is: "malformed" }));
  await raw("");
  expect(await outcome()).toEqual(bad({ is: "left" }));
  const hello = await helloOf(port, outcome);
  for (const length of [1, 5, 20, hello.length - 1, hello.length]) {
    await raw(hello.subarray(0, length));
    expect(await outcome()).toEqual(bad({ is: "left" }));
  }
  expect(await client(port)).toBe("hello\r\n");
});

withCertificate("who leaves while others of a crowd begin is never begun with", async () => {
  const { port, outcome } = await serving(() => offer({}));
  const hello = await helloOf(port, outcome);
  const crowd = Array.from({ length: 5 }, () => new Socket());
  const outcomes = crowd.map((it) => handshake(it, { choose: () => offer({}), limitMs: 5000, clock: systemClock }));
  for (const it of crowd) it.emit("data", hello);
  const last = crowd.at(-1);
  last?.destroy();
  expect(await outcomes.at(-1)).toEqual(bad({ is: "left" }));
  // What is laid upon a socket listens to it.
  const before = last?.listenerCount("close");
  await new Promise((resolve) => void setImmediate(resolve));
  await new Promise((resolve) => void setImmediate(resolve));
  expect(last?.listenerCount("close")).toBe(before);
  for (const it of crowd) it.destroy();
  await Promise.all(outcomes);
});

/** Says when somebody waits for it. */
class AwaitedClock extends ManualClock {
  readonly armed = Promise.withResolvers<void>();

  override after(delayMs: number, call: () => void): () => void {
    this.armed.resolve();
    return super.after(delayMs, call);
  }
}

withCertificate("a client that says nothing is given up when its time is over", async () => {
  const clock = new AwaitedClock();
  const { port, outcome } = await serving(() => offer({}), undefined, clock);
  const socket = connectPlain(port, "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  socket.resume();
  await clock.armed.promise;
  clock.advance(5000);
  expect(await outcome()).toEqual(bad({ is: "timed-out" }));
  await closed;
});

/** The bytes that a real client sends first. */
async function helloOf(port: number, outcome: () => Promise<Outcome>): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const relay = createServer((incoming) => {
    const outgoing = connectPlain(port, "127.0.0.1");
    incoming.once("data", resolve);
    incoming.pipe(outgoing).pipe(incoming);
    for (const it of [incoming, outgoing]) it.on("error", () => {});
  });
  servers.push(relay);
  await new Promise<void>((ready) => relay.listen(0, "127.0.0.1", ready));
  await client((relay.address() as { port: number }).port);
  await outcome();
  return promise;
}
