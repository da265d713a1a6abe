// What a conversation with other servers is led with: DNS, connections, who is trusted, and who we are ourselves. Put
// together in one place, so that whoever tries a way has the world of the one who sends.
import type { Clock, Randomness } from "../../base/clock.ts";
import type { Connect } from "./connect-remote.ts";
import type { WayWorld } from "./open-way.ts";
import { Ourselves, type SeenSite } from "./ourselves.ts";
import type { Resolver } from "./resolver.ts";

export interface WayParts {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly resolver: Resolver;
  readonly connect: Connect;
  /** PEM; undefined: those that the runtime trusts. */
  readonly authorities: string | undefined;
  /** All sites of this server. */
  sites(): Iterable<SeenSite>;
}

const NONCE_BYTES = 18;

export function wayWorld({ clock, random, resolver, connect, authorities, sites }: WayParts): WayWorld {
  const ourselves = new Ourselves(sites, clock);
  return {
    clock,
    connect,
    authorities,
    nonce: () => Buffer.from(Array.from({ length: NONCE_BYTES }, () => Math.floor(random() * 256))).toString("base64"),
    surroundings: {
      resolver,
      random,
      isOurName: (host) => ourselves.isOurName(host),
      isOurAddress: (address, port) => ourselves.isOurAddress(address, port),
    },
  };
}
