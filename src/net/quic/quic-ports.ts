// The UDP ports of a worker, beside the sockets of TCP that it was given: those that sites want are opened, the others closed.
import type { Clock } from "../../base/clock.ts";
import type { Reception } from "../front/arrival.ts";
import type { NamedCertificates } from "../tls/security.ts";
import { HeldPort, type PortState } from "./held-port.ts";
import { type CameTo, QuicArrival } from "./quic-arrival.ts";
import type { Identities, UdpAddress } from "./quic-port.ts";

export interface WantedPort extends CameTo {
  readonly at: UdpAddress;
}

export interface QuicPortsOptions {
  readonly front: Reception;
  readonly certificates: NamedCertificates;
  readonly clock: Clock;
  readonly protocol: string;
  /** A port was opened, or could not be. */
  changed(): void;
}

export class QuicPorts {
  private readonly options: QuicPortsOptions;
  private readonly held = new Map<string, HeldPort>();

  constructor(options: QuicPortsOptions) {
    this.options = options;
  }

  follow(wanted: readonly WantedPort[]): void {
    const byKey = new Map(wanted.map((it) => [keyOf(it), it]));
    for (const [key, port] of this.held) {
      if (byKey.has(key)) continue;
      this.held.delete(key);
      port.close();
    }
    for (const [key, it] of byKey) if (!this.held.has(key)) this.open(key, it);
    this.present();
  }

  /** What is shown from the next handshake on. */
  present(): void {
    for (const port of this.held.values()) port.present();
  }

  stateAt(cameTo: CameTo): PortState | undefined {
    return this.held.get(keyOf(cameTo))?.state;
  }

  /** The real number of an open port. */
  numberAt(cameTo: CameTo): number | undefined {
    return this.held.get(keyOf(cameTo))?.number;
  }

  private open(key: string, { tag, address, at }: WantedPort): void {
    const { front, clock, protocol, changed } = this.options;
    const port = new HeldPort(at, {
      clock,
      protocol,
      changed,
      connectionsMax: front.ledger.max,
      identities: () => this.identitiesAt({ tag, address }),
      take: (session) => new QuicArrival(front, { tag, address }, session).come(),
    });
    this.held.set(key, port);
    void port.open();
  }

  /** The same for each name as in a handshake on a socket, as far as it does not depend on when it is asked. */
  private identitiesAt({ tag, address }: CameTo): Identities {
    const { front, certificates } = this.options;
    const preferred = front.placeAt(tag, address)?.standing?.security.certificate ?? null;
    const named = [...certificates.names, undefined].flatMap((name) => {
      const chosen = certificates.choose(name, preferred);
      return chosen === undefined ? [] : [[name ?? "*", chosen] as const];
    });
    return new Map(named);
  }
}

const keyOf = ({ tag, address }: CameTo): string => `${tag} ${address}`;
