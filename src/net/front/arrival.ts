// One connection on its way to the site that serves it, and what the site may ask of it afterwards: the header of a
// proxy, the handshake of TLS, the limits of the site, in this order. It reads no protocol of a service.
import { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Visit } from "../access/visit.ts";
import { Ends } from "../access-log/ends.ts";
import type { Carrier } from "../carrier.ts";
import type { Connection, Endpoint, Host, Secured, TurnedAway } from "../connection.ts";
import type { ClientHello } from "../tls/client-hello.ts";
import { handshake, type Offer } from "../tls/handshake.ts";
import type { HandshakeFailure } from "../tls/handshake-failure.ts";
import type { Security } from "../tls/security.ts";
import type { TraceSource } from "../trace-id.ts";
import { countBytes, enter, leave } from "./at-door.ts";
import type { ConnectionLedger, OpenConnection } from "./connection-ledger.ts";
import type { Door } from "./door.ts";
import type { Place } from "./place-table.ts";
import { readProxyHeader } from "./read-proxy-header.ts";

/** What the front has for all that arrive. */
export interface Reception {
  /** All connections of the process. */
  readonly ledger: ConnectionLedger;
  readonly traces: TraceSource;
  readonly clock: Clock;
  /** Who answers there now: settings change while connections are on their way, and while they last. */
  placeAt(tag: number, localAddress: string): Place<Door> | undefined;
  /** Who takes names that nobody has. */
  readonly stray: Door | undefined;
  /** Whether a client that names no host could be answered. */
  hasCertificate(security: Security): boolean;
  /** The certificate and policy for what the client has said first. */
  offer(hello: ClientHello, security: Security): Result<Offer, HandshakeFailure>;
  /** Lets the host say so, and sees that the socket goes. */
  turnAway(socket: Carrier, host: Host, why: TurnedAway): void;
}

export class Arrival implements Connection, OpenConnection {
  readonly trace: string;
  peer: Endpoint;
  local: Endpoint;
  secured: Secured | undefined;
  private named: Ends | undefined;
  private readonly front: Reception;
  /** The listening socket it came through, and the address of ours that it came to. */
  private readonly tag: number;
  private readonly cameTo: string;
  private readonly socket: Carrier;
  /** What carries the clear text: the socket itself, and after a handshake what lies upon it. */
  private carrier: Carrier;
  /** Where it is being served. */
  private door: Door | undefined;
  private admitted: Visit | undefined;
  private bytesInCounted = 0;
  private bytesOutCounted = 0;
  private finishing = false;
  private finishCall: (() => void) | undefined;

  constructor(front: Reception, tag: number, socket: Carrier, peer: Endpoint, local: Endpoint) {
    this.front = front;
    this.tag = tag;
    this.cameTo = local.address;
    this.trace = front.traces.next();
    this.peer = peer;
    this.local = local;
    this.socket = socket;
    this.carrier = socket;
    front.ledger.add(this);
    this.watch(socket);
  }

  /** Begins its way, once. */
  come(): void {
    const standing = this.place?.standing;
    if (standing === undefined) this.cut();
    else if (standing.trustsProxy(this.peer.address)) void this.hearProxy(standing);
    else this.goOn(standing);
  }

  get canSecure(): boolean {
    return this.secured === undefined && this.door !== undefined && this.front.hasCertificate(this.door.security);
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

  onFinish(finish: () => void): void {
    this.finishCall = finish;
  }

  /** A handshake under way, or a connection that has just come, is still served, and then asked to end. */
  finish(): void {
    this.finishing = true;
    this.finishCall?.();
  }

  /** With a reset, so that nobody takes the half that he has for the whole. */
  cut(): void {
    this.carrier.resetAndDestroy();
  }

  async secure(socket: Socket): Promise<Result<Socket, string>> {
    const { door } = this;
    if (door === undefined) return bad("the connection is over");
    const choose = (hello: ClientHello) => this.front.offer(hello, door.security);
    const carrier = await this.shakeHands(socket, () => door, choose);
    return carrier.ok ? carrier : bad(carrier.error.is);
  }

  moveTo(hostName: string): Host | undefined {
    const before = this.door;
    // A site that is being ended has no name any more, and still answers what is on its way to it.
    const door = this.place?.named(hostName) ?? this.front.stray ?? (this.finishing ? before : undefined);
    if (before === undefined || door === undefined) return undefined;
    if (door === before) return door.host;
    if (door.paused || door.ledger.full) return undefined;
    // Who came in by a site that asks for less must not go on as if he had met what this one asks for.
    if (this.secured !== undefined && !sameDemands(door.security, before.security)) return undefined;
    const admission = door.admit(this.peer.address);
    if (admission.is === "refused") return undefined;
    this.leave();
    this.enter(door, admission);
    return door.host;
  }

  private get place(): Place<Door> | undefined {
    return this.front.placeAt(this.tag, this.cameTo);
  }

  private goOn(standing: Door): void {
    if (this.place?.secure === true) void this.goOnSecured(standing);
    else this.knock(standing);
  }

  private async goOnSecured(standing: Door): Promise<void> {
    let door = standing;
    const choose = (hello: ClientHello): Result<Offer, HandshakeFailure> => {
      door = (hello.serverName === undefined ? undefined : this.place?.named(hello.serverName)) ?? standing;
      // Whom the site does not want is told so before it costs a handshake.
      const refused = this.ask(door);
      if (refused === undefined) return this.front.offer(hello, door.security);
      door.turnedAway(this, refused);
      return bad({ is: "not-admitted" });
    };
    // It was taken before TLS was wanted there, without the streams that it needs.
    if (!(this.socket instanceof Socket)) return this.cut();
    const carrier = await this.shakeHands(this.socket, () => door, choose);
    if (carrier.ok) this.knock(door);
  }

  private async hearProxy(door: Door): Promise<void> {
    const header = await readProxyHeader(this.carrier, door.handshakeTimeoutMs, this.front.clock);
    if (!header.ok) {
      door.proxyRefused(this, header.error);
      return this.cut();
    }
    this.peer = header.value?.from ?? this.peer;
    this.local = header.value?.to ?? this.local;
    this.goOn(door);
  }

  /** Where there is no carrier the connection is over, and it was told. `door` is asked when it is known. */
  private async shakeHands(
    socket: Socket,
    door: () => Door,
    choose: (hello: ClientHello) => Result<Offer, HandshakeFailure>,
  ): Promise<Result<Socket, HandshakeFailure>> {
    const limitMs = door().handshakeTimeoutMs;
    const done = await handshake(socket, { choose, limitMs, clock: this.front.clock });
    if (!done.ok) {
      if (done.error.is !== "not-admitted") door().handshakeFailed(this, done.error);
      return done;
    }
    this.carrier = done.value.socket;
    this.secured = done.value.secured;
    this.watch(this.carrier);
    door().handshakeDone(done.value.secured);
    return good(done.value.socket);
  }

  /** Undefined when the site lets the peer in. */
  private ask(door: Door): TurnedAway | undefined {
    if (this.admitted !== undefined) return undefined;
    const admission = door.admit(this.peer.address);
    if (admission.is === "refused") return admission.why;
    this.admitted = admission;
    return undefined;
  }

  private knock(door: Door): void {
    if (this.carrier.destroyed) return;
    const why = door.paused ? "paused" : door.ledger.full ? "full" : this.ask(door);
    if (why !== undefined) {
      this.admitted?.leave();
      this.admitted = undefined;
      this.front.ledger.remove(this);
      door.turnedAway(this, why);
      return this.front.turnAway(this.carrier, door.host, why);
    }
    if (this.admitted === undefined) return;
    this.enter(door, this.admitted);
    door.host.serve(this.carrier, this);
    // Who looked at the first bytes has paused it, and a listener alone does not set it going again.
    if (this.carrier === this.socket && this.socket.isPaused()) this.socket.resume();
    if (this.finishing) this.finishCall?.();
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

  /** What has come and gone since the connection came to the site: at the one before, it was counted there. */
  private countBytes({ metrics }: Door): void {
    const { socket, carrier } = this;
    // What lies upon the socket writes past it: of its own it knows only what was sent before the handshake.
    const [bytesIn, bytesOut] = [
      socket.bytesRead,
      socket.bytesWritten + (carrier === socket ? 0 : carrier.bytesWritten),
    ];
    countBytes(metrics, bytesIn - this.bytesInCounted, bytesOut - this.bytesOutCounted);
    this.bytesInCounted = bytesIn;
    this.bytesOutCounted = bytesOut;
  }

  private watch(socket: Carrier): void {
    (socket as Watched)[arrival] = this;
    socket.on("close", closed);
  }

  /** The end of the connection, as long as nothing has been laid upon the socket. */
  closed(socket: Carrier): void {
    if (socket !== this.carrier) return;
    this.leave();
    this.front.ledger.remove(this);
  }
}

/** One function hears for all sockets: a closure for each costs an idle connection more than all it knows. */
const arrival = Symbol("arrival");
type Watched = Carrier & { [arrival]: Arrival };

function closed(this: Watched): void {
  this[arrival].closed(this);
}

const sameDemands = (left: Security, right: Security): boolean =>
  left.versionMin === right.versionMin &&
  left.clientCertificate === right.clientCertificate &&
  left.authorities === right.authorities;
