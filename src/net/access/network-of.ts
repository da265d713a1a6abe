// The network that an address is counted with: 256 neighbours in IPv4, what one customer has in IPv6. Pure.
import { addressText } from "../ip-address.ts";
import type { Counted } from "./keyed-hash.ts";

/** A key that costs little to make. */
export const networkKey = ({ high, low, owner }: Counted): number | string =>
  isIpv4(owner) ? low >>> 8 : `${high}:${low}`;

/** As people write it: 192.0.2.0/24, 2001:db8::/64. */
export function networkText({ high, low, owner }: Counted): string {
  const bytes = new Uint8Array(isIpv4(owner) ? 4 : 16);
  const view = new DataView(bytes.buffer);
  if (isIpv4(owner)) {
    view.setUint32(0, (low & ~255) >>> 0);
    return `${addressText(bytes)}/24`;
  }
  view.setUint32(0, high);
  view.setUint32(4, low);
  return `${addressText(bytes)}/64`;
}

const isIpv4 = (owner: number): boolean => owner % 2 === 0;
