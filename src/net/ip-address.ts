// IP addresses as bytes and as text. Pure: asks nobody for a name, and knows no port.
import { isIPv4, isIPv6 } from "node:net";

/** The bytes in network order: four for IPv4, sixteen for IPv6; nothing when the text is no address. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const [left, right] = text.split("::", 2).map(groups);
  const bytes = new Uint8Array(16);
  bytes.set(left ?? [], 0);
  if (right !== undefined) bytes.set(right, 16 - right.length);
  return bytes;
}

/** The one spelling of an address, RFC 5952 §4: lower case, the longest run of zeros as `::`. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (isMapped(bytes)) return `::ffff:${bytes.subarray(12).join(".")}`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const words = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2).toString(16));
  const zeros = longestRun(words, "0");
  if (zeros.length < 2) return words.join(":");
  return `${words.slice(0, zeros.start).join(":")}::${words.slice(zeros.start + zeros.length).join(":")}`;
}

/** A socket for both families gives an IPv4 peer as `::ffff:192.0.2.1`; rules, logs and people mean `192.0.2.1`. */
export function plainAddress(text: string): string {
  if (!text.includes(":")) return text;
  const bytes = addressBytes(text);
  return bytes !== undefined && isMapped(bytes) ? bytes.subarray(12).join(".") : text;
}

/** What goes through this machine only, nobody outside can listen to: a proxy that ends TLS here, or a trial. */
export function isLoopback(address: string): boolean {
  const bytes = addressBytes(plainAddress(address));
  if (bytes === undefined) return false;
  return bytes.length === 4 ? bytes[0] === 127 : bytes.subarray(0, 15).every((it) => it === 0) && bytes[15] === 1;
}

/** `192.0.2.1:25`, `[2001:db8::1]:25`, `*:25`. */
export const addressAndPort = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

const isMapped = (bytes: Uint8Array): boolean =>
  bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;

/** One side of `::` as bytes; its last part may be an IPv4 address, RFC 4291 §2.2. */
const groups = (side: string): number[] =>
  (side === "" ? [] : side.split(":")).flatMap((part) => {
    if (part.includes(".")) return part.split(".").map(Number);
    const word = Number.parseInt(part, 16);
    return [word >> 8, word & 255];
  });

/** Where `wanted` stands most often in a row; the first such place, RFC 5952 §4.2.3. */
function longestRun(words: readonly string[], wanted: string): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  words.forEach((word, index) => {
    length = word === wanted ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}
