// As whom an address is counted. Pure.
import { addressBytes, addressText, plainAddress } from "../../net/ip-address.ts";

/** IPv4 each for itself; of IPv6 the network of 64 bits, in which one customer has as many addresses as he likes. */
export function addressKey(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(":")) return plain;
  const bytes = addressBytes(plain);
  if (bytes === undefined) return plain;
  return `${addressText(bytes.fill(0, 8))}/64`;
}
