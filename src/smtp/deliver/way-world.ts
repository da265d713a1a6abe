// What a conversation with other servers is led with: DNS, connections, certificates, who is trusted, and who we are
// ourselves. Put together in one place, so that whoever tries a way has the world of the one who sends.
import type { Randomness } from "../../base/clock.ts";
import type { WayWorld } from "./open-way.ts";
import { Ourselves, type SeenSite } from "./ourselves.ts";

export interface WayParts extends Omit<WayWorld, "nonce" | "surroundings"> {
  readonly random: Randomness;
  /** All sites of this server. */
  sites(): Iterable<SeenSite>;
}

const NONCE_BYTES = 18;

export function wayWorld({ random, sites, ...parts }: WayParts): WayWorld {
  const ourselves = new Ourselves(sites, parts.clock);
  return {
    ...parts,
    nonce: () => Buffer.from(Array.from({ length: NONCE_BYTES }, () => Math.floor(random() * 256))).toString("base64"),
    surroundings: {
      random,
      isOurName: (host) => ourselves.isOurName(host),
      isOurAddress: (address, port) => ourselves.isOurAddress(address, port),
    },
  };
}
