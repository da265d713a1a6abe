// The fields that the engine or a static site asks for in every request: one row each, found by their bytes, so that it
// costs next to nothing to know that a field is not there, or where it is.

export const knownFields = [
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "expect",
  "upgrade",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
  "range",
  "accept-encoding",
  "accept-language",
  "content-type",
  "user-agent",
  "referer",
  "cookie",
  "authorization",
  "origin",
] as const;
export type KnownField = (typeof knownFields)[number];

const indexes: ReadonlyMap<string, number> = new Map(knownFields.map((name, index) => [name, index]));
const codes = knownFields.map((name) => Buffer.from(name));

/** Length, first and last letter tell these names apart. */
const slotOf = (length: number, first: number, last: number): number => (length + (first | 32) * 4 + (last | 32)) & 127;
const slots = new Int8Array(128).fill(-1);
for (const [index, name] of codes.entries()) {
  const slot = slotOf(name.length, name[0] ?? 0, name.at(-1) ?? 0);
  if (slots[slot] !== -1) throw new Error(`${knownFields[index]} has the slot of another field: choose other factors`);
  slots[slot] = index;
}

/** The row of the name that stands there in any case; -1 for all others. The bytes are those of a token. */
export function knownFieldAt(bytes: Buffer, at: number, end: number): number {
  const index = slots[slotOf(end - at, bytes[at] ?? 0, bytes[end - 1] ?? 0)] ?? -1;
  const name = codes[index];
  if (name === undefined || name.length !== end - at) return -1;
  // Letters and the hyphen: no other byte of a token becomes one of them by this bit.
  for (let letter = 0; letter < name.length; letter++) if (((bytes[at + letter] ?? 0) | 32) !== name[letter]) return -1;
  return index;
}

/** The row of a name in lower case; undefined for all others. */
export const knownFieldOf = (name: string): number | undefined => indexes.get(name);

/** As `Request.known` has them. */
export const fieldBits = (names: readonly KnownField[]): number =>
  names.reduce((bits, name) => bits | (1 << knownFields.indexOf(name)), 0);
