// One handshake on a socket that is in clear so far, for ports that begin with TLS and for STARTTLS alike. The client's
// first message is read before it is answered, so that name, certificate and policy are chosen by it. It keeps nothing.
import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Secured } from "../connection.ts";
import { readFirst, type Verdict } from "../front/first-bytes.ts";
import { type ClientHello, type HelloReading, readClientHello } from "./client-hello.ts";
import { alertFor, type HandshakeFailure } from "./handshake-failure.ts";

/** What we answer a hello with. */
export interface Offer {
  readonly context: SecureContext;
  readonly protocols: readonly string[];
  readonly clientCertificate: "off" | "ask" | "require";
}

export interface HandshakeOptions {
  /** The answer to what the client says first; asked once. */
  choose(hello: ClientHello): Result<Offer, HandshakeFailure>;
  readonly limitMs: number;
  readonly clock: Clock;
}

export interface SecuredSocket {
  readonly socket: Socket;
  readonly secured: Secured;
}

/** The socket is ended, and needs no more care, when the answer is bad. */
export async function handshake(
  socket: Socket,
  { choose, limitMs, clock }: HandshakeOptions,
): Promise<Result<SecuredSocket, HandshakeFailure>> {
  const { promise: over, resolve: timeIsUp } = Promise.withResolvers<Result<never, HandshakeFailure>>();
  const cancel = clock.after(limitMs, () => timeIsUp(bad({ is: "timed-out" })));
  const done = await Promise.race([over, attempt(socket, choose)]);
  cancel();
  if (!done.ok) refuse(socket, done.error, clock);
  return done;
}

async function attempt(
  socket: Socket,
  choose: HandshakeOptions["choose"],
): Promise<Result<SecuredSocket, HandshakeFailure>> {
  const reading = await readFirst(socket, judgeHello);
  if (reading === "left") return bad({ is: "left" });
  if (reading.is !== "hello") return bad(reading);
  const offer = choose(reading.hello);
  return offer.ok ? answer(socket, reading.hello, offer.value) : offer;
}

/** Nothing of it is taken: the engine reads it again. */
function judgeHello(bytes: Buffer): Verdict<SettledReading> | undefined {
  const reading = readClientHello(bytes);
  return reading.is === "incomplete" ? undefined : { value: reading, used: 0 };
}

type SettledReading = Exclude<HelloReading, { readonly is: "incomplete" }>;

function answer(
  socket: Socket,
  hello: ClientHello,
  { context, protocols, clientCertificate }: Offer,
): Promise<Result<SecuredSocket, HandshakeFailure>> {
  const carrier = new TLSSocket(socket, {
    isServer: true,
    allowHalfOpen: true,
    secureContext: context,
    requestCert: clientCertificate !== "off",
    rejectUnauthorized: clientCertificate === "require",
    ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
  } as ConstructorParameters<typeof TLSSocket>[1]);
  // What a network can cause ends as "close", here and later.
  carrier.on("error", () => {});
  return new Promise((resolve) => {
    const fail = (failure: HandshakeFailure): void => {
      settle(bad(failure));
      carrier.destroy();
    };
    const settle = (result: Result<SecuredSocket, HandshakeFailure>): void => {
      carrier.off("error", failed);
      carrier.off("close", left);
      socket.off("close", left);
      resolve(result);
    };
    const failed = (error: Error): void => fail(failureOf(error, clientCertificate));
    const left = (): void => fail({ is: "left" });
    carrier.once("error", failed);
    carrier.once("close", left);
    socket.once("close", left);
    carrier.once("secure", () => settle(good({ socket: carrier, secured: securedOf(carrier, hello) })));
  });
}

function securedOf(carrier: TLSSocket, { serverName }: ClientHello): Secured {
  const client = carrier.authorized ? carrier.getPeerCertificate() : undefined;
  return {
    protocol: carrier.getProtocol() ?? "unknown",
    cipher: carrier.getCipher()?.standardName ?? "unknown",
    serverName,
    alpn: carrier.alpnProtocol === false ? undefined : (carrier.alpnProtocol ?? undefined),
    clientName: nameIn(client?.subject?.CN, client?.subjectaltname),
    clientFingerprint: client?.fingerprint256,
    resumed: carrier.isSessionReused(),
  };
}

/** The mail address in it before the common name: it names a person or a device in one way only. */
function nameIn(common: string | readonly string[] | undefined, alternatives: string | undefined): string | undefined {
  const [, mail] = /(?:^|, )email:([^,]+)/.exec(alternatives ?? "") ?? [];
  return mail ?? (typeof common === "string" ? common : common?.[0]);
}

function failureOf(error: Error & { readonly code?: string }, asked: Offer["clientCertificate"]): HandshakeFailure {
  const code = error.code ?? "";
  if (/^ERR_SSL_(UNSUPPORTED_PROTOCOL|WRONG_VERSION|WRONG_SSL_VERSION)/.test(code))
    return { is: "too-old", version: 0 };
  if (code === "ERR_SSL_NO_APPLICATION_PROTOCOL") return { is: "no-common-protocol" };
  if (code === "ECONNRESET" || code === "EPIPE") return { is: "left" };
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE/.test(code))
    return { is: "client-certificate", because: "it sent no certificate" };
  // The runtime reports what is wrong with a client's chain by OpenSSL's own names, without the prefix of the engine.
  if (asked === "require" && !code.startsWith("ERR_SSL_") && code !== "")
    return { is: "client-certificate", because: error.message };
  return {
    is: "failed",
    because:
      code
        .replace(/^ERR_SSL_/, "")
        .toLowerCase()
        .replaceAll("_", " ") || error.message,
  };
}

/** An alert in clear where the engine has not said one: a client shows it to its user, RFC 8446 §6.2. */
function refuse(socket: Socket, failure: HandshakeFailure, clock: Clock): void {
  const alert = alertFor(failure);
  if (alert === undefined || socket.destroyed) socket.destroy();
  else {
    socket.end(Buffer.from([21, 3, 1, 0, 2, 2, alert]));
    socket.resume();
    clock.after(LINGER_MS, () => socket.destroy());
  }
}

/** So long a client has to read the alert. */
const LINGER_MS = 1000;
