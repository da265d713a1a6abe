// Numbers as HPACK writes them, RFC 7541 §5.1 done: some bits of a byte, and as many more bytes as are needed. A number beyond
// what anybody could mean is none.

/** Beyond the first byte: enough for 28 bits. */
const MORE_BYTES_MAX = 4;

/** Where in the bytes somebody reads; behind the end when what is there is no sound number. */
export interface Cursor {
  at: number;
}

/** -1: it is incomplete, or too large. */
export function readInteger(bytes: Buffer, cursor: Cursor, end: number, bits: number): number {
  const mask = (1 << bits) - 1;
  let value = (bytes[cursor.at++] ?? 0) & mask;
  if (value < mask) return value;
  for (let index = 0; index < MORE_BYTES_MAX && cursor.at < end; index++) {
    const byte = bytes[cursor.at++] ?? 0;
    value += (byte & 127) << (7 * index);
    if (byte < 128) return value;
  }
  return -1;
}

/** `first` are the bits that stand before it in its first byte. Where it ends. */
export function writeInteger(out: Buffer, from: number, first: number, bits: number, value: number): number {
  const mask = (1 << bits) - 1;
  let at = from;
  if (value < mask) {
    out[at++] = first | value;
    return at;
  }
  out[at++] = first | mask;
  let rest = value - mask;
  while (rest >= 128) {
    out[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}
