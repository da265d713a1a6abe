// One site as it lives in a worker: what its service opened for it, and its own connections, limits and numbers, which
// outlive a change of its settings. For the front it is the door that a connection comes to.
import type { Clock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { Report } from "../event/event.ts";
import type { SiteOrder } from "../ipc/messages.ts";
import type { AccessGate } from "../net/access/access-gate.ts";
import type { AccessGates } from "../net/access/access-gates.ts";
import { type RefusalReason, refusalReasons } from "../net/access/refusal-reasons.ts";
import type { Admission } from "../net/access/visit.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import { Ends } from "../net/access-log/ends.ts";
import type { Secured, TurnedAway } from "../net/connection.ts";
import { netEvents } from "../net/events.ts";
import { ConnectionLedger } from "../net/front/connection-ledger.ts";
import type { Door, Visitor } from "../net/front/door.ts";
import type { Cell } from "../net/metrics/metric.ts";
import { siteCells } from "../net/metrics/metrics.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import type { HandshakeFailure, HandshakeFailureReason } from "../net/tls/handshake-failure.ts";
import { HandshakeTeller } from "../net/tls/handshake-teller.ts";
import type { Security } from "../net/tls/security.ts";
import { securityOf } from "../net/tls/tls-settings.ts";
import type { Site } from "../service/service.ts";
import type { SiteValues } from "../service/site-settings.ts";

/** What of its settings the worker itself carries out. */
export interface OpenedSite {
  readonly site: Site;
  readonly values: SiteValues;
}

export interface HostedSiteParts {
  readonly clock: Clock;
  readonly report: Report;
  readonly gates: AccessGates;
  readonly metrics: SiteMetrics;
  readonly log: AccessLog;
  /** For the access log: the code that a connection hears which is not let in. */
  readonly turnedAwayStatus: number;
  /** What the service speaks, for ALPN. */
  readonly protocols: readonly string[];
}

export class HostedSite implements Door {
  readonly path: string;
  readonly ledger: ConnectionLedger;
  readonly metrics: SiteMetrics;
  host: Site;
  security: Security;
  handshakeTimeoutMs: number;
  paused: boolean;
  private settings: SiteOrder;
  private readonly parts: HostedSiteParts;
  private readonly gate: AccessGate;
  private readonly handshakes: HandshakeTeller;
  /** Since the site was full and it was told. */
  private turnedAwayFull = 0;

  constructor(order: SiteOrder, { site, values }: OpenedSite, parts: HostedSiteParts) {
    const { clock, report, gates, metrics, protocols } = parts;
    this.parts = parts;
    this.path = order.path;
    this.settings = order;
    this.paused = order.paused;
    this.host = site;
    this.metrics = metrics;
    this.security = securityOf(values, site.protocols ?? protocols);
    this.handshakeTimeoutMs = values.handshakeTimeout;
    this.ledger = new ConnectionLedger(values.connectionsMax, clock);
    this.gate = gates.open(order.path, values);
    this.handshakes = new HandshakeTeller(order.path, clock, report);
  }

  get order(): SiteOrder {
    return this.settings;
  }

  /** New settings; connections that are open stay with what they began with. */
  change(order: SiteOrder, { site, values }: OpenedSite): void {
    this.settings = order;
    this.paused = order.paused;
    this.host.close?.();
    this.host = site;
    this.security = securityOf(values, site.protocols ?? this.parts.protocols);
    this.handshakeTimeoutMs = values.handshakeTimeout;
    this.ledger.max = values.connectionsMax;
    this.gate.update(values);
  }

  /** The settings of before, on the sockets of today: those it had may be closed by now. */
  keep({ routes, paused }: SiteOrder): void {
    this.settings = { ...this.settings, routes, paused };
    this.paused = paused;
  }

  /** No connection is left, and none will come. */
  close(): void {
    this.host.close?.();
    this.metrics.end();
    this.gate.close();
    this.handshakes.close();
  }

  admit(address: string): Admission {
    return this.gate.admit(address);
  }

  trustsProxy(address: string): boolean {
    return this.gate.expectsProxyHeader(address);
  }

  proxyRefused(visitor: Visitor, because: string): void {
    this.turnedAway(visitor, this.gate.refuseProxyHeader(visitor.peer.address, because).why);
  }

  turnedAway(visitor: Visitor, why: TurnedAway): void {
    this.metrics.add(refusals[why].cell);
    this.log(visitor, why);
    if (why === "full") this.tellFull();
  }

  handshakeDone({ protocol, resumed }: Secured): void {
    const { handshakes, handshakesResumed } = siteCells;
    this.metrics.add(protocol === "TLSv1.2" ? handshakes["TLSv1.2"] : handshakes["TLSv1.3"]);
    if (resumed) this.metrics.add(handshakesResumed);
  }

  handshakeFailed(visitor: Visitor, failure: HandshakeFailure): void {
    this.metrics.add(failedHandshakes[failure.is]);
    this.handshakes.tell(visitor, failure, this.security);
  }

  /** A line with no verb, as nothing was said; the reason stands where the argument of a verb would. */
  private log({ trace, peer, local }: Visitor, why: TurnedAway): void {
    const { log, clock, turnedAwayStatus: status } = this.parts;
    if (!log.on) return;
    const slots = {
      atMs: clock.wallMs(),
      ends: new Ends(peer, local, trace),
      uriQuery: why,
      status,
      information: `refused, as ${refusals[why].sentence}`,
    };
    log.write(Object.assign(log.record(), slots));
  }

  /** Once per shortage, and not for every connection that is refused. */
  private tellFull(): void {
    this.turnedAwayFull++;
    if (this.turnedAwayFull > 1) return;
    const { report } = this.parts;
    const site = about("site", this.path);
    report(netEvents.connectionLimitReached, site, { open: this.ledger.size, limit: this.ledger.max });
    void this.ledger.whenRoomy().then(() => {
      report(netEvents.connectionsAcceptedAgain, site, { refused: this.turnedAwayFull });
      this.turnedAwayFull = 0;
    });
  }
}

const { connectionsRefused: refused, handshakesFailed: failed } = siteCells;

const refusal = (cell: Cell<"counter">, why: RefusalReason) => ({ cell, sentence: refusalReasons[why].sentence });

const refusals: Readonly<Record<TurnedAway, { readonly cell: Cell<"counter">; readonly sentence: string }>> = {
  paused: { cell: refused.paused, sentence: "the site is paused" },
  full: { cell: refused.limit, sentence: "the site has as many connections open as it may" },
  rule: refusal(refused.address, "rule"),
  "address-connections": refusal(refused.limit, "address-connections"),
  "network-connections": refusal(refused.limit, "network-connections"),
  "connection-rate": refusal(refused.rate, "connection-rate"),
  "request-rate": refusal(refused.rate, "request-rate"),
  "failure-rate": refusal(refused.rate, "failure-rate"),
  restricted: refusal(refused.blocked, "restricted"),
  "proxy-header": refusal(refused.proxy, "proxy-header"),
};

const failedHandshakes: Readonly<Record<HandshakeFailureReason, Cell<"counter">>> = {
  "not-tls": failed.other,
  malformed: failed.other,
  "too-old": failed.version,
  "no-certificate": failed["no-certificate"],
  "unusable-certificate": failed["no-certificate"],
  "no-common-protocol": failed.cipher,
  "client-certificate": failed.certificate,
  "not-admitted": failed.other,
  "timed-out": failed.timeout,
  left: failed.closed,
  failed: failed.other,
};
