// Who is at which end of a connection, asked of the system by descriptor: the runtime would ask it five times. Where all who come
// to a listening socket come to one address, that is not asked for each.
import type { Endpoint } from "../connection.ts";
import { plainAddress } from "../ip-address.ts";
import { readIpSocketAddress } from "../system/socket-address.ts";
import * as system from "../system/system-calls.ts";

/** A connection that is gone again has no ends. */
const unknown: Endpoint = { address: "unknown", port: 0 };
const everywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export class Endpoints {
  private readonly local: Endpoint | undefined;

  /** `fd` listens. */
  constructor(fd: number) {
    const local = endpointOf(system.localAddress(fd));
    this.local = everywhere.has(local.address) || local === unknown ? undefined : local;
  }

  peerOf(fd: number): Endpoint {
    return endpointOf(system.peerAddress(fd));
  }

  localOf(fd: number): Endpoint {
    return this.local ?? endpointOf(system.localAddress(fd));
  }
}

function endpointOf(asked: ReturnType<typeof system.localAddress>): Endpoint {
  const read = asked.ok ? readIpSocketAddress(asked.value) : undefined;
  return read === undefined ? unknown : { address: plainAddress(read.address), port: read.port };
}
