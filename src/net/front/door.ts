// A site as the way to it sees it: what must be known of it before its service gets the connection. Interfaces only.
import type { Admission } from "../access/visit.ts";
import type { Connection, Host, Secured, TurnedAway } from "../connection.ts";
import type { SiteMetrics } from "../metrics/site-metrics.ts";
import type { HandshakeFailure } from "../tls/handshake-failure.ts";
import type { Security } from "../tls/security.ts";
import type { ConnectionLedger } from "./connection-ledger.ts";

export interface Door {
  /** Node path, for events. */
  readonly path: string;
  readonly host: Host;
  readonly paused: boolean;
  /** Its own connections. */
  readonly ledger: ConnectionLedger;
  readonly metrics: SiteMetrics;
  readonly security: Security;
  /** How long a handshake may take, or the header of a proxy. */
  readonly handshakeTimeoutMs: number;
  /** A proxy at this address begins with a header that names the client, and has to. */
  trustsProxy(address: string): boolean;
  admit(address: string): Admission;
  /** A connection that came no further: for access log and numbers, and one more than allowed for the event log. */
  turnedAway(visitor: Visitor, why: TurnedAway): void;
  handshakeDone(secured: Secured): void;
  /** Counted, and told in the event log at a bounded rate. */
  handshakeFailed(visitor: Visitor, failure: HandshakeFailure): void;
  /** A proxy that is trusted sent no header that can be read. */
  proxyRefused(visitor: Visitor, because: string): void;
}

export type Visitor = Pick<Connection, "trace" | "peer" | "local">;
