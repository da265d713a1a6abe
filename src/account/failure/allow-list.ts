// Whether an address is on the list of those that are neither delayed nor blocked. Pure.
import { addressBytes, plainAddress } from "../../net/ip-address.ts";
import type { AddressRange } from "../../schema/kinds/network.ts";

export function isListed(ranges: readonly AddressRange[], address: string): boolean {
  if (ranges.length === 0) return false;
  const bytes = addressBytes(plainAddress(address));
  return bytes !== undefined && ranges.some((it) => contains(it, bytes));
}

function contains({ address, prefix }: AddressRange, bytes: Uint8Array): boolean {
  const base = addressBytes(address);
  if (base === undefined || base.length !== bytes.length) return false;
  const whole = prefix >> 3;
  for (let at = 0; at < whole; at++) if (base[at] !== bytes[at]) return false;
  const rest = prefix & 7;
  return rest === 0 || ((base[whole] ?? 0) ^ (bytes[whole] ?? 0)) >> (8 - rest) === 0;
}
