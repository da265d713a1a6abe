// A QUIC port of this machine with one site behind it, for tests: it is what the front is for connections over QUIC.
import { type Clock, seeded, systemClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import type { Admission, Visit } from "../access/visit.ts";
import type { Host, QuicConnection, TurnedAway } from "../connection.ts";
import type { Reception } from "../front/arrival.ts";
import { ConnectionLedger } from "../front/connection-ledger.ts";
import type { Door } from "../front/door.ts";
import { PlaceTable } from "../front/place-table.ts";
import { siteMetrics } from "../metrics/metrics.ts";
import { MetricsBook } from "../metrics/metrics-book.ts";
import { QuicArrival } from "../quic/quic-arrival.ts";
import { type Identities, QuicPort } from "../quic/quic-port.ts";
import type { Security } from "../tls/security.ts";
import { TraceSource } from "../trace-id.ts";

const visit: Visit = { is: "in", leave: () => {}, request: () => undefined, failure: () => undefined };

export class QuicDoor implements Door {
  readonly path = "www/sites/a";
  readonly ledger = new ConnectionLedger(9, systemClock);
  readonly metrics = new MetricsBook(siteMetrics.end).site("a");
  readonly handshakeTimeoutMs = 5000;
  readonly told: string[] = [];
  paused = false;
  admission: Admission = visit;
  proxies: readonly string[] = [];
  security: Security = {
    certificate: null,
    versionMin: "TLSv1.2",
    clientCertificate: "off",
    authorities: "",
    protocols: [],
  };
  host: Host;

  constructor(serve: (connection: QuicConnection) => void) {
    this.host = { overQuic: { isOpen: true, serve }, serve: () => {}, turnAway: () => {} };
  }

  admit = (): Admission => this.admission;
  trustsProxy = (address: string): boolean => this.proxies.includes(address);
  turnedAway = (_: unknown, why: TurnedAway): void => void this.told.push(why);
  handshakeDone = (): void => void this.told.push("secured");
  handshakeFailed = (): void => {};
  proxyRefused = (): void => {};
}

export class QuicRig implements Disposable {
  readonly ledger: ConnectionLedger;
  readonly places = new PlaceTable<Door>();
  private readonly opened: QuicPort;

  private constructor(opened: QuicPort, ledger: ConnectionLedger) {
    this.opened = opened;
    this.ledger = ledger;
  }

  static async open(identities: Identities, clock: Clock = systemClock): Promise<QuicRig> {
    const ledger = new ConnectionLedger(20, clock);
    const traces = new TraceSource(clock, seeded(1));
    let rig: QuicRig | undefined;
    const front: Reception = {
      ...{ ledger, traces, clock, stray: undefined },
      placeAt: (tag, address) => rig?.places.at(tag, address),
      hasCertificate: () => true,
      offer: () => {
        throw new Error("no handshake of ours");
      },
      turnAway: () => {},
    };
    const port = await QuicPort.open({
      at: { address: "127.0.0.1", port: 0, ipv6Only: false },
      protocol: "h3",
      identities,
      connectionsMax: 100,
      take: (session) => new QuicArrival(front, { tag: 1, address: "*" }, session).come(),
    });
    rig = new QuicRig(expectGood(port), ledger);
    return rig;
  }

  get port(): number {
    return this.opened.port;
  }

  add(door: Door, host = ""): void {
    this.places.add({ tag: 1, address: "*", host, secure: true }, door);
  }

  present(identities: Identities): void {
    expectGood(this.opened.present(identities));
  }

  [Symbol.dispose](): void {
    this.ledger.cutAll();
    this.opened.close();
  }
}
