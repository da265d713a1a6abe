// The one way in for strangers, whatever the protocol: finds who answers where a connection came in, and has the
// certificates that answer. What each connection goes through stands in arrival.ts.
import { promisify } from "node:util";
import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Carrier } from "../carrier.ts";
import type { Endpoint, Host, TurnedAway } from "../connection.ts";
import { siteCells } from "../metrics/metrics.ts";
import type { SiteMetrics } from "../metrics/site-metrics.ts";
import type { ClientHello } from "../tls/client-hello.ts";
import type { Offer } from "../tls/handshake.ts";
import type { HandshakeFailure } from "../tls/handshake-failure.ts";
import { SecureContexts } from "../tls/secure-contexts.ts";
import { type Certificates, type Security, versionNumbers } from "../tls/security.ts";
import type { TraceSource } from "../trace-id.ts";
import { Arrival, type Reception } from "./arrival.ts";
import type { ConnectionLedger } from "./connection-ledger.ts";
import type { Door } from "./door.ts";
import type { Place, PlaceTable } from "./place-table.ts";

export interface FrontOptions {
  readonly places: PlaceTable<Door>;
  /** All connections of the process. */
  readonly ledger: ConnectionLedger;
  readonly certificates: Certificates;
  readonly traces: TraceSource;
  readonly clock: Clock;
  /** For what belongs to no site. */
  readonly metrics: SiteMetrics;
}

/**
 * Of a crowd that comes at once, so many are served before more are taken: the system's queue must not run over, as whoever
 * finds no room in it waits a second before he knocks again.
 */
const LET_IN_AT_ONCE = 64;

/** How long a connection that was turned away may take to go, and how many may: each has a descriptor until then. */
const LEAVING_MS = 2000;
const LEAVING_MAX = 100;

export class Front implements Reception {
  readonly ledger: ConnectionLedger;
  readonly traces: TraceSource;
  readonly clock: Clock;
  private readonly places: PlaceTable<Door>;
  private readonly certificates: Certificates;
  private readonly metrics: SiteMetrics;
  private readonly contexts = new SecureContexts();
  /** They have come and count, and their way has not begun. */
  private readonly waiting: Arrival[] = [];
  private leaving = 0;

  constructor({ places, ledger, certificates, traces, clock, metrics }: FrontOptions) {
    this.places = places;
    this.ledger = ledger;
    this.certificates = certificates;
    this.traces = traces;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** A connection that came through the socket with this tag. */
  take(tag: number, socket: Carrier, peer: Endpoint, local: Endpoint): void {
    const nobody = this.placeAt(tag, local.address) === undefined;
    // Nobody answers where no site is left; and the runtime may have taken some more before it heard that there is no room.
    if (nobody || this.ledger.full) {
      this.metrics.add(nobody ? refused["no-site"] : refused.limit);
      return void socket.destroy();
    }
    if (this.waiting.push(new Arrival(this, tag, socket, peer, local)) === 1) setImmediate(this.letIn);
  }

  /** Everybody who has come by now is on his way. */
  async settled(): Promise<void> {
    const last = this.waiting.at(-1);
    while (last !== undefined && this.waiting.includes(last)) await nextTurn();
  }

  placeAt(tag: number, localAddress: string): Place<Door> | undefined {
    return this.places.at(tag, localAddress);
  }

  get stray(): Door | undefined {
    return this.places.stray;
  }

  /** In small parts, between which the system's queue is emptied again. */
  private readonly letIn = (): void => {
    for (const it of this.waiting.splice(0, LET_IN_AT_ONCE)) it.come();
    if (this.waiting.length > 0) setImmediate(this.letIn);
  };

  hasCertificate(security: Security): boolean {
    return this.certificates.choose(undefined, security.certificate) !== undefined;
  }

  offer(hello: ClientHello, security: Security): Result<Offer, HandshakeFailure> {
    const { serverName, versionMax } = hello;
    const { versionMin, protocols, clientCertificate } = security;
    if (versionMax < versionNumbers[versionMin]) return bad({ is: "too-old", version: versionMax });
    const certificate = this.certificates.choose(serverName, security.certificate);
    if (certificate === undefined) return bad({ is: "no-certificate", serverName });
    const context = this.contexts.find(certificate, security);
    if (!context.ok) return bad({ is: "unusable-certificate", certificate: certificate.name, because: context.error });
    return good({ context: context.value, protocols, clientCertificate });
  }

  turnAway(socket: Carrier, host: Host, why: TurnedAway): void {
    if (this.leaving >= LEAVING_MAX) return void socket.destroy();
    const cancel = this.clock.after(LEAVING_MS, () => socket.destroy());
    this.leaving++;
    socket.once("close", () => {
      this.leaving--;
      cancel();
    });
    // Read and thrown away: a close with unread bytes is a reset, which takes the last words from the peer.
    socket.resume();
    host.turnAway(socket, why);
  }
}

const nextTurn = promisify(setImmediate);

const { connectionsRefused: refused } = siteCells;
