// One UDP port on which QUIC is spoken, by the runtime's own engine. The runtime takes no descriptor, so that the port is opened here,
// by whoever serves it. It knows no site.
import { createPrivateKey } from "node:crypto";
import type { QuicEndpoint, QuicSession, SNIEntry } from "node:quic";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import { ipSocketAddress } from "../system/socket-address.ts";
import * as system from "../system/system-calls.ts";
import type { Presentable } from "../tls/security.ts";
import { loadQuic } from "./load-quic.ts";
import { application, HANDSHAKE_MS, transportParams } from "./quic-limits.ts";

export interface UdpAddress {
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  /** "::" does not take IPv4 too. */
  readonly ipv6Only: boolean;
}

/** Who is shown for which name, in lower case: "a.example", "*.a.example", and "*" for all others. */
export type Identities = ReadonlyMap<string, Presentable>;

export interface QuicPortOptions {
  readonly at: UdpAddress;
  /** As ALPN names it. */
  readonly protocol: string;
  readonly identities: Identities;
  readonly connectionsMax: number;
  /** Nothing has been said yet, and nobody knows who it is. */
  take(session: QuicSession): void;
}

/** The bound of the runtime. */
const CONNECTIONS_MAX = 65_535;

export class QuicPort {
  /** The real one, also when 0 was asked for. */
  readonly port: number;
  private readonly endpoint: QuicEndpoint;

  private constructor(endpoint: QuicEndpoint, port: number) {
    this.endpoint = endpoint;
    this.port = port;
  }

  static async open(options: QuicPortOptions): Promise<Result<QuicPort, system.CallFailure>> {
    const { at, protocol, identities, connectionsMax, take } = options;
    const free = tryToBind(at);
    if (!free.ok) return free;
    const { listen, QuicEndpoint } = await loadQuic();
    let endpoint: QuicEndpoint | undefined;
    try {
      endpoint = new QuicEndpoint({
        address: at.address.includes(":") ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`,
        ipv6Only: at.ipv6Only,
        // Nobody is served who cannot hear us: sender addresses of UDP can be forged. RFC 9000 §8.1.
        validateAddress: true,
        maxConnectionsTotal: Math.min(connectionsMax, CONNECTIONS_MAX),
      });
      endpoint.closed.catch(ignored);
      await listen(take, {
        endpoint,
        alpn: [protocol],
        sni: entriesOf(identities),
        transportParams,
        application,
        handshakeTimeout: HANDSHAKE_MS,
        // What comes before the handshake is over may be said again by others. RFC 8446 §8.
        enableEarlyData: false,
        // It would end answers that take longer than this.
        streamIdleTimeout: 0,
      });
      const port = endpoint.address?.port;
      if (port === undefined) return bad(failed("the runtime could not open the port"));
      return good(new QuicPort(endpoint, port));
    } catch (error) {
      // It may have the port by then.
      endpoint?.destroy();
      return bad(failed(messageOf(error)));
    }
  }

  /** From the next handshake on; connections that are open keep what they were shown. */
  present(identities: Identities): Result<void, string> {
    try {
      return good(this.endpoint.setSNIContexts(entriesOf(identities), { replace: true }));
    } catch (error) {
      return bad(messageOf(error));
    }
  }

  /** Nobody new is taken; the port is free when those that are there have ended. */
  close(): void {
    this.endpoint.close().catch(ignored);
  }
}

const ignored = (): void => {};

const failed = (because: string): system.CallFailure => ({ call: "bind", code: "EUNKNOWN", because });

/** The runtime says of a port that it cannot have no more than that. */
function tryToBind({ address, port, ipv6Only }: UdpAddress): Result<void, system.CallFailure> {
  const where = ipSocketAddress(address, port);
  if (where === undefined) return bad(failed(`"${address}" is not an IP address`));
  const ipv6 = address.includes(":");
  const made = system.socket(ipv6 ? "ipv6" : "ipv4", "datagram");
  if (!made.ok) return made;
  const set = ipv6 ? system.setOption(made.value, "ipv6Only", ipv6Only ? 1 : 0) : good(undefined);
  const bound = set.ok ? system.bind(made.value, where) : set;
  system.close(made.value);
  return bound;
}

const entriesOf = (identities: Identities): Record<string, SNIEntry> =>
  Object.fromEntries(
    [...identities].map(([name, { chain, key }]) => [
      name,
      // RFC 9412 would tell clients which other names may be asked here: they are to find out by asking.
      { keys: createPrivateKey(key), certs: Buffer.from(chain), authoritative: false },
    ]),
  );
