// What other servers would take for us: the names and the listening addresses of all sites. Mail that is sent there would
// go in a circle.
import { networkInterfaces } from "node:os";
import type { Clock } from "../../base/clock.ts";
import { normalAddress } from "../../schema/kinds/network.ts";
import type { DeliverySite } from "./delivery-site.ts";

/** Addresses come and go with cables and tunnels. */
const LOOK_EVERY_MS = 30_000;

/** What others see of a site. */
export type SeenSite = Pick<DeliverySite, "hostName" | "bindings">;

export class Ourselves {
  private readonly sites: () => Iterable<SeenSite>;
  private readonly clock: Clock;
  private addresses: ReadonlySet<string> = new Set();
  private lookedMs = Number.NEGATIVE_INFINITY;

  constructor(sites: () => Iterable<SeenSite>, clock: Clock) {
    this.sites = sites;
    this.clock = clock;
  }

  isOurName(host: string): boolean {
    for (const site of this.sites()) if (site.hostName.toLowerCase() === host) return true;
    return false;
  }

  isOurAddress(address: string, port: number): boolean {
    for (const { bindings } of this.sites())
      for (const it of bindings) {
        if (it.port !== port) continue;
        if (it.address === address || (it.address === "*" && this.ofThisMachine().has(address))) return true;
      }
    return false;
  }

  private ofThisMachine(): ReadonlySet<string> {
    const nowMs = this.clock.steadyMs();
    if (nowMs - this.lookedMs < LOOK_EVERY_MS) return this.addresses;
    this.lookedMs = nowMs;
    const all = Object.values(networkInterfaces()).flatMap((them) => them ?? []);
    this.addresses = new Set(all.map((it) => normalAddress(it.address) ?? it.address));
    return this.addresses;
  }
}
