// Which sites of a worker are served over QUIC, at which of its ports, and what keeps others from it: a UDP port beside each socket of
// TCP that leads to such a site under TLS.

import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault, sentence } from "../base/fault.ts";
import type { Reception } from "../net/front/arrival.ts";
import { addressAndPort } from "../net/ip-address.ts";
import type { PortState } from "../net/quic/held-port.ts";
import { QuicPorts, type WantedPort } from "../net/quic/quic-ports.ts";
import { type ListenFailure, listenFailureText } from "../net/system/listen-failure.ts";
import { readIpSocketAddress } from "../net/system/socket-address.ts";
import * as system from "../net/system/system-calls.ts";
import type { NamedCertificates } from "../net/tls/security.ts";
import type { Service } from "../service/service.ts";
import type { HostedSite } from "./hosted-site.ts";

export interface QuicSitesParts {
  readonly service: Pick<Service, "quicProtocol">;
  readonly front: Reception;
  readonly certificates: NamedCertificates;
  readonly clock: Clock;
  sites(): Iterable<HostedSite>;
  /** These sites have other faults than before. */
  changed(names: readonly string[]): void;
}

export class QuicSites {
  private readonly parts: QuicSitesParts;
  private readonly ports: QuicPorts | undefined;
  /** The faults that were told last, by site. */
  private told: ReadonlyMap<string, string> = new Map();
  /** Where each socket of TCP listens. */
  private readonly sockets = new Map<number, { readonly address: string; readonly port: number }>();

  constructor(parts: QuicSitesParts) {
    const { service, front, certificates, clock } = parts;
    const { quicProtocol: protocol } = service;
    this.parts = parts;
    const changed = (): void => this.changed();
    this.ports = protocol === undefined ? undefined : new QuicPorts({ front, certificates, clock, protocol, changed });
  }

  /** A socket of TCP that has come. */
  know(tag: number, fd: number): void {
    const local = system.localAddress(fd);
    const read = local.ok ? readIpSocketAddress(local.value) : undefined;
    if (read !== undefined) this.sockets.set(tag, read);
  }

  /** Sites or sockets have changed. */
  follow(): void {
    this.ports?.follow([...this.parts.sites()].flatMap((it) => this.wantedBy(it)));
    this.changed();
  }

  present(): void {
    this.ports?.present();
  }

  /** Nobody new is taken. */
  close(): void {
    this.ports?.follow([]);
  }

  faultsOf(site: HostedSite): readonly Fault[] {
    if (site.host.overQuic === undefined) return [];
    if (site.security.clientCertificate !== "off" && site.order.routes.some((it) => it.secure))
      return [asksForCertificates(site)];
    return this.wantedBy(site).flatMap((it) => {
      const state = this.ports?.stateAt(it);
      return state === undefined ? [] : faultsIn(state, site, it);
    });
  }

  private wantedBy({ host, security, order }: HostedSite): readonly WantedPort[] {
    if (host.overQuic === undefined || security.clientCertificate !== "off") return [];
    return order.routes.flatMap(({ tag, address, secure }) => {
      const socket = this.sockets.get(tag);
      if (!secure || socket === undefined) return [];
      const isEverywhere = address === "*";
      const at = { address: isEverywhere ? socket.address : address, port: socket.port, ipv6Only: !isEverywhere };
      return [{ tag, address, at }];
    });
  }

  private changed(): void {
    const before = this.told;
    const told = new Map<string, string>();
    for (const site of this.parts.sites()) {
      const { overQuic } = site.host;
      if (overQuic !== undefined)
        overQuic.isOpen = this.wantedBy(site).some((it) => this.ports?.stateAt(it)?.is === "open");
      told.set(site.order.name, this.faultsOf(site).map(sentence).join("\n"));
    }
    this.told = told;
    this.parts.changed([...told.keys()].filter((it) => told.get(it) !== (before.get(it) ?? "")));
  }
}

const asksForCertificates = ({ path }: HostedSite): Fault =>
  fault(
    about("site", path),
    `Cannot serve HTTP/3 at ${path}`,
    "clients of HTTP/3 are not asked for certificates, and clientCertificate wants that",
    `Set ${path}/http3 to false, or ${path}/clientCertificate to off; HTTP/1 and HTTP/2 are served meanwhile`,
  );

function faultsIn(state: PortState, { path }: HostedSite, { at }: WantedPort): readonly Fault[] {
  if (state.is === "opening" || state.is === "open") return [];
  const attempted = `Cannot serve HTTP/3 at UDP ${addressAndPort(at.address, at.port)}`;
  const [because, remedy] =
    state.is === "no-certificate"
      ? ["there is no certificate that could be shown", "Add one with inetsrv cert add"]
      : [listenFailureText(state.failure), remedyOf(state.failure)];
  return [
    fault(
      about("site", path),
      attempted,
      because,
      `${remedy}, or set ${path}/http3 to false; HTTP/1 and HTTP/2 are served meanwhile`,
    ),
  ];
}

/** A worker opens the port itself, when it has no privilege any more. */
const remedyOf = ({ kind, port }: ListenFailure): string =>
  kind === "port-taken"
    ? "Stop it"
    : kind === "not-permitted"
      ? `Let everybody open it: \`sysctl net.ipv4.ip_unprivileged_port_start=${port}\``
      : "Change secureBindings";
