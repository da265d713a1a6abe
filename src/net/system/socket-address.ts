// Addresses in the form the kernel takes them (struct sockaddr of Linux, little-endian). Pure; knows no descriptor.
import { addressBytes, addressText } from "../ip-address.ts";

export const families = { unix: 1, ipv4: 2, ipv6: 10 } as const;
export type Family = keyof typeof families;

/** The largest one, to be filled by the kernel. */
export const SOCKET_ADDRESS_BYTES = 128;
const UNIX_PATH_BYTES_MAX = 108;

/** `scope` is the number of the interface that a link-local address belongs to. */
export function ipSocketAddress(address: string, port: number, scope = 0): Uint8Array | undefined {
  const ip = addressBytes(address);
  if (ip === undefined) return undefined;
  const four = ip.length === 4;
  const bytes = new Uint8Array(four ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, four ? families.ipv4 : families.ipv6, true);
  view.setUint16(2, port, false);
  bytes.set(ip, four ? 4 : 8);
  if (!four) view.setUint32(24, scope, true);
  return bytes;
}

export function readIpSocketAddress(
  bytes: Uint8Array,
): { readonly address: string; readonly port: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, true);
  if (family !== families.ipv4 && family !== families.ipv6) return undefined;
  const ip = family === families.ipv4 ? bytes.subarray(4, 8) : bytes.subarray(8, 24);
  return { address: addressText(ip), port: view.getUint16(2, false) };
}

/** A path, or a name outside the file system when it starts with `@` (Linux). Nothing when it is too long. */
export function unixSocketAddress(name: string): Uint8Array | undefined {
  const text = Buffer.from(name.startsWith("@") ? `\0${name.slice(1)}` : `${name}\0`);
  if (text.length > UNIX_PATH_BYTES_MAX) return undefined;
  return Uint8Array.of(families.unix, 0, ...text);
}
