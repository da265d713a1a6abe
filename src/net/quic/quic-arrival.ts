// One connection over QUIC on its way to the site that serves it, and what the site may ask of it afterwards. What `Arrival` does
// before and during the handshake the runtime does here, so that rules and limits of the site are asked when it is over.
import type { QuicSession, QuicStream, SessionHandshakeInfo } from "node:quic";
import { bad, type Result } from "../../base/result.ts";
import type { Visit } from "../access/visit.ts";
import { Ends } from "../access-log/ends.ts";
import type { Endpoint, Host, OverQuic, QuicConnection, Secured, TurnedAway } from "../connection.ts";
import type { Reception } from "../front/arrival.ts";
import { countBytes, enter, leave } from "../front/at-door.ts";
import type { OpenConnection } from "../front/connection-ledger.ts";
import type { Door } from "../front/door.ts";
import type { Place } from "../front/place-table.ts";
import { plainAddress } from "../ip-address.ts";

/** Which of our ports a connection came to: a listening socket of TCP, and the address at which it is spoken of. */
export interface CameTo {
  readonly tag: number;
  readonly address: string;
}

/** RFC 9114 §8.1: nothing is wrong, or the request was not looked at and may be tried in another way. */
const NO_ERROR = 0x100n;
const REQUEST_REJECTED = 0x10bn;

const unknown: Endpoint = { address: "unknown", port: 0 };

export class QuicArrival implements QuicConnection, OpenConnection {
  readonly trace: string;
  readonly canSecure = false;
  peer = unknown;
  local = unknown;
  secured: Secured | undefined;
  private named: Ends | undefined;
  private readonly front: Reception;
  private readonly cameTo: CameTo;
  private readonly session: QuicSession;
  private door: Door | undefined;
  private admitted: Visit | undefined;
  private readonly early: QuicStream[] = [];
  private bytesInCounted = 0n;
  private bytesOutCounted = 0n;
  private finishing = false;
  private isOver = false;
  private finishCall: (() => void) | undefined;
  private closeCall: (() => void) | undefined;

  constructor(front: Reception, cameTo: CameTo, session: QuicSession) {
    this.front = front;
    this.cameTo = cameTo;
    this.session = session;
    this.trace = front.traces.next();
  }

  /** Begins its way, once. */
  come(): void {
    const { session, front } = this;
    session.onerror = ignored;
    session.closed.then(this.over, this.over);
    if (front.ledger.full) return this.reject();
    front.ledger.add(this);
    session.onstream = (stream) => this.keep(stream);
    session.opened.then((info) => this.knock(info), ignored);
  }

  /** Asked for by whoever serves it: then it is known who is at the other end. */
  get ends(): Ends {
    this.named ??= new Ends(this.peer, this.local, this.trace);
    return this.named;
  }

  get visit(): Visit {
    if (this.admitted === undefined) throw new Error("asked before it was let in");
    return this.admitted;
  }

  secure(): Promise<Result<never, string>> {
    return Promise.resolve(bad("it is under TLS already"));
  }

  onFinish(finish: () => void): void {
    this.finishCall = finish;
  }

  onClose(closed: () => void): void {
    this.closeCall = closed;
  }

  onStream(take: (stream: QuicStream) => void): void {
    this.session.onstream = take;
    for (const stream of this.early.splice(0)) take(stream);
  }

  finish(): void {
    this.finishing = true;
    this.finishCall?.();
  }

  goAway(): void {
    this.session.close().catch(ignored);
  }

  cut(): void {
    this.end(NO_ERROR);
  }

  moveTo(hostName: string): Host | undefined {
    const before = this.door;
    const door = this.place?.named(hostName) ?? this.front.stray ?? (this.finishing ? before : undefined);
    if (before === undefined || door === undefined || servesQuic(door) === undefined) return undefined;
    if (door === before) return door.host;
    if (door.paused || door.ledger.full) return undefined;
    const admission = door.admit(this.peer.address);
    if (admission.is === "refused") return undefined;
    this.leave();
    this.enter(door, admission);
    return door.host;
  }

  /** Nobody takes it yet, and perhaps nobody ever will. */
  private keep(stream: QuicStream): void {
    stream.onerror = ignored;
    stream.closed.catch(ignored);
    this.early.push(stream);
  }

  private get place(): Place<Door> | undefined {
    return this.front.placeAt(this.cameTo.tag, this.cameTo.address);
  }

  private knock({ local, remote, servername, protocol, cipher, cipherVersion }: SessionHandshakeInfo): void {
    if (this.isOver) return;
    this.peer = { address: plainAddress(remote.address), port: remote.port };
    this.local = { address: plainAddress(local.address), port: local.port };
    const { place } = this;
    const named = servername === "" ? undefined : servername.toLowerCase();
    const door = (named === undefined ? undefined : place?.named(named)) ?? place?.standing;
    const serves = door && servesQuic(door);
    if (door === undefined || serves === undefined) return this.reject();
    const why = this.ask(door);
    if (why !== undefined) {
      door.turnedAway(this, why);
      return this.reject();
    }
    this.secured = {
      protocol: cipherVersion,
      cipher,
      serverName: named,
      alpn: protocol,
      clientName: undefined,
      clientFingerprint: undefined,
      clientDistrust: undefined,
      resumed: false,
    };
    door.handshakeDone(this.secured);
    serves.serve(this);
    if (this.finishing) this.finishCall?.();
  }

  /** Undefined when the site lets the peer in. */
  private ask(door: Door): TurnedAway | undefined {
    if (door.paused) return "paused";
    if (door.ledger.full) return "full";
    // Behind a proxy that is trusted nobody would know who it is.
    if (door.trustsProxy(this.peer.address)) return "proxy-header";
    const admission = door.admit(this.peer.address);
    if (admission.is === "refused") return admission.why;
    this.enter(door, admission);
    return undefined;
  }

  private enter(door: Door, admission: Visit): void {
    this.door = door;
    this.admitted = admission;
    enter(door, this);
  }

  private leave(): void {
    const { door } = this;
    this.admitted?.leave();
    if (door === undefined) return;
    this.door = undefined;
    leave(door, this);
    this.countBytes(door);
  }

  /** With all that QUIC adds, as it is one with the encryption. */
  private countBytes({ metrics }: Door): void {
    const { bytesReceived, bytesSent } = this.session.stats;
    countBytes(metrics, Number(bytesReceived - this.bytesInCounted), Number(bytesSent - this.bytesOutCounted));
    this.bytesInCounted = bytesReceived;
    this.bytesOutCounted = bytesSent;
  }

  /** The client may come again in another way. */
  private reject(): void {
    this.end(REQUEST_REJECTED);
  }

  private end(code: bigint): void {
    this.session.destroy(undefined, { code, type: "application" });
  }

  private readonly over = (): void => {
    this.isOver = true;
    this.leave();
    this.front.ledger.remove(this);
    this.closeCall?.();
  };
}

/** Clients are asked for no certificates here: who wants one has to serve them in another way. */
const servesQuic = ({ host, security }: Door): OverQuic | undefined =>
  security.clientCertificate === "off" ? host.overQuic : undefined;

const ignored = (): void => {};
