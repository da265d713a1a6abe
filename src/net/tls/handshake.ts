// One handshake on a socket that is in clear so far, for ports that begin with TLS and for STARTTLS alike. The client's
// first message is read before it is answered, so that name, certificate and policy are chosen by it. It keeps
// nothing but the pace at which all of them begin.
import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Secured } from "../connection.ts";
import { type ClientHello, readClientHello } from "./client-hello.ts";
import { failureOf, securedOf } from "./engine-words.ts";
import { alertFor, type HandshakeFailure } from "./handshake-failure.ts";
import { HandshakePace } from "./handshake-pace.ts";

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

type Outcome = Result<SecuredSocket, HandshakeFailure>;

/** The socket is ended, and needs no more care, when the answer is bad. */
export const handshake = (socket: Socket, options: HandshakeOptions): Promise<Outcome> =>
  new Promise((resolve) => new Attempt(socket, options, resolve).begin());

/** One object hears all that happens to a handshake: functions of its own for each would be a tenth of what it costs. */
class Attempt {
  private readonly socket: Heard;
  private readonly options: HandshakeOptions;
  private readonly resolve: (outcome: Outcome) => void;
  private readonly cancelLimit: () => void;
  private firstBytes: Buffer = nothing;
  private hello: ClientHello | undefined;
  private offer: Offer | undefined;
  private carrier: (TLSSocket & Heard) | undefined;

  constructor(socket: Socket, options: HandshakeOptions, resolve: (outcome: Outcome) => void) {
    this.socket = socket;
    this.options = options;
    this.resolve = resolve;
    this.cancelLimit = options.clock.after(options.limitMs, () => this.fail({ is: "timed-out" }));
  }

  begin(): void {
    const { socket } = this;
    socket[attempt] = this;
    socket.on("data", heard).on("end", left).on("close", left);
    if (socket.destroyed || socket.readableEnded) this.fail({ is: "left" });
    else socket.resume();
  }

  heard(chunk: Buffer): void {
    this.firstBytes = this.firstBytes.length === 0 ? chunk : Buffer.concat([this.firstBytes, chunk]);
    const reading = readClientHello(this.firstBytes);
    if (reading.is === "incomplete") return;
    if (reading.is !== "hello") return this.fail(reading);
    const offer = this.options.choose(reading.hello);
    if (!offer.ok) return this.fail(offer.error);
    // Nothing of it is taken: the engine reads it again.
    this.socket.pause();
    this.socket.unshift(this.firstBytes);
    this.socket.off("data", heard).off("end", left);
    pace.begin(() => this.answer(reading.hello, offer.value));
  }

  secured(): void {
    const { carrier, hello, offer } = this;
    if (carrier === undefined || hello === undefined || offer === undefined) return;
    this.settle(good({ socket: carrier, secured: securedOf(carrier, hello, offer.clientCertificate) }));
  }

  failed(error: Error): void {
    this.fail(failureOf(error, this.offer?.clientCertificate ?? "off"));
  }

  fail(failure: HandshakeFailure): void {
    this.settle(bad(failure));
    this.carrier?.destroy();
    refuse(this.socket, failure, this.options.clock);
  }

  private answer(hello: ClientHello, offer: Offer): void {
    // Whoever has left meanwhile, or came too late to it.
    if (this.socket[attempt] !== this) return;
    const { context, protocols, clientCertificate } = offer;
    const carrier: TLSSocket & Heard = new TLSSocket(this.socket, {
      isServer: true,
      allowHalfOpen: true,
      secureContext: context,
      requestCert: clientCertificate !== "off",
      rejectUnauthorized: clientCertificate === "require",
      ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
    } as ConstructorParameters<typeof TLSSocket>[1]);
    this.hello = hello;
    this.offer = offer;
    this.carrier = carrier;
    carrier[attempt] = this;
    carrier.on("error", failed).on("close", left).on("secure", secured);
  }

  /** Nothing of it is heard any more, and nothing kept, but that an error of the carrier stays without consequence. */
  private settle(outcome: Outcome): void {
    const { socket, carrier } = this;
    this.cancelLimit();
    socket[attempt] = undefined;
    socket.off("data", heard).off("end", left).off("close", left);
    if (carrier !== undefined) {
      carrier[attempt] = undefined;
      carrier.off("close", left).off("secure", secured);
    }
    this.resolve(outcome);
  }
}

const nothing = Buffer.alloc(0);
/** Of the process: its turns are those of all sites. */
const pace = new HandshakePace();
const attempt = Symbol("attempt");
type Heard = Socket & { [attempt]?: Attempt | undefined };

function heard(this: Heard, chunk: Buffer): void {
  this[attempt]?.heard(chunk);
}

function left(this: Heard): void {
  this[attempt]?.fail({ is: "left" });
}

function secured(this: Heard): void {
  this[attempt]?.secured();
}

/** What a network can cause ends as "close", during the handshake and later. */
function failed(this: Heard, error: Error): void {
  this[attempt]?.failed(error);
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
