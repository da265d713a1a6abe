// Writes ASN.1 in DER, as far as a certificate needs it. Pure; every function gives the whole value with tag and length.
import { tags } from "./read-der.ts";

/** Any value: its tag octet, then its length in the shortest form (X.690 §10.1), then its content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, it) => sum + it.length, 0);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(length)), ...content]);
}

export const sequence = (...items: readonly Uint8Array[]): Uint8Array => der(tags.sequence, ...items);
export const set = (...items: readonly Uint8Array[]): Uint8Array => der(tags.set, ...items);
export const octetString = (content: Uint8Array): Uint8Array => der(tags.octetString, content);
export const boolean = (value: boolean): Uint8Array => der(tags.boolean, Uint8Array.of(value ? 0xff : 0));
export const utf8String = (text: string): Uint8Array => der(tags.utf8String, Buffer.from(text, "utf8"));
export const explicit = (number: number, value: Uint8Array): Uint8Array => der(0xa0 + number, value);

/** A whole number that is not negative, from its octets, the highest first. */
export function integer(octets: Uint8Array): Uint8Array {
  const from = octets.findIndex((it) => it !== 0);
  const plain = from < 0 ? Uint8Array.of(0) : octets.subarray(from);
  // With its highest bit set it would be read as negative.
  return der(tags.integer, (plain[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : Uint8Array.of(), plain);
}

/** `unused` bits at its end do not count. */
export const bitString = (content: Uint8Array, unused = 0): Uint8Array =>
  der(tags.bitString, Uint8Array.of(unused), content);

export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...more] = dotted.split(".").map(Number);
  return der(tags.objectIdentifier, Uint8Array.from([first * 40 + second, ...more].flatMap(base128)));
}

/** Two digits for the year until 2049, four from then on (RFC 5280 §4.1.2.5). */
export function time(atMs: number): Uint8Array {
  const text = `${new Date(atMs).toISOString().replaceAll(/[-:T]|\.\d+/g, "")}`;
  return text < "2050" ? der(tags.utcTime, Buffer.from(text.slice(2))) : der(tags.generalizedTime, Buffer.from(text));
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 + octets.length, ...octets];
}

function base128(arc: number): readonly number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift((rest % 128) + 0x80);
  return octets;
}
