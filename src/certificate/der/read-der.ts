// Reads ASN.1 as X.509 and PKCS#12 have it: DER, and those liberties of BER that old exports take (X.690 §8.1.3.6:
// lengths told by an end, and texts in pieces). Pure; what the values mean is for others.
import { bad, good, type Result } from "../../base/result.ts";

export interface DerNode {
  /** The first octet, class and form in it: 0x30 is a sequence, 0xa0 the explicit [0]. */
  readonly tag: number;
  /** What is between the length and the end. */
  readonly content: Uint8Array;
  /** The whole of it, as it stood. */
  readonly raw: Uint8Array;
  /** Of a constructed value; empty for any other. */
  readonly children: readonly DerNode[];
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const CONSTRUCTED = 0x20;
const DEPTH_MAX = 32;

/** One value that fills all the bytes, or what is wrong with them. */
export function readDer(bytes: Uint8Array): Result<DerNode, string> {
  const node = readNode(bytes, 0, DEPTH_MAX);
  if (typeof node === "string") return bad(node);
  return node.raw.length === bytes.length ? good(node) : bad("there are bytes behind its end");
}

/** The node down a way of positions; undefined where there is none. */
export function below(node: DerNode | undefined, ...way: readonly number[]): DerNode | undefined {
  let found = node;
  for (const position of way) found = found?.children[position];
  return found;
}

/** The bytes of a text that may come in pieces. */
export function octetsOf(node: DerNode | undefined): Uint8Array | undefined {
  if (node === undefined) return undefined;
  if ((node.tag & CONSTRUCTED) === 0) return node.content;
  const pieces = node.children.map(octetsOf);
  return pieces.every((it) => it !== undefined) ? Buffer.concat(pieces) : undefined;
}

/** "2.5.29.17"; undefined when it is no object identifier. */
export function identifierOf(node: DerNode | undefined): string | undefined {
  if (node?.tag !== tags.objectIdentifier || node.content.length === 0) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of node.content) {
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc)) return undefined;
    if (octet >= 0x80) continue;
    // The first two arcs share one number (X.690 §8.19.4).
    if (arcs.length > 0) arcs.push(arc);
    else arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
    arc = 0;
  }
  return (node.content.at(-1) ?? 0x80) < 0x80 ? arcs.join(".") : undefined;
}

/** A whole number that is not negative and not large; undefined for any other. */
export function numberOf(node: DerNode | undefined): number | undefined {
  if (node?.tag !== tags.integer || node.content.length === 0 || node.content.length > 6) return undefined;
  if ((node.content[0] ?? 0x80) >= 0x80) return undefined;
  return node.content.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** The node that begins at `start`, or what is wrong. */
function readNode(bytes: Uint8Array, start: number, depth: number): DerNode | string {
  if (depth === 0) return `it is nested more than ${DEPTH_MAX} deep`;
  const [tag, first] = [bytes[start], bytes[start + 1]];
  if (tag === undefined || first === undefined) return CUT_OFF;
  if ((tag & 0x1f) === 0x1f) return "it has a tag that no certificate has";
  const isConstructed = (tag & CONSTRUCTED) !== 0;
  if (first === 0x80) return isConstructed ? readUntilEnd(bytes, start, tag, depth) : "its length is missing";
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  if (lengthOctets > 4) return "it has a length beyond all reason";
  let length = lengthOctets === 0 ? first : 0;
  for (const octet of bytes.subarray(start + 2, start + 2 + lengthOctets)) length = length * 256 + octet;
  const from = start + 2 + lengthOctets;
  const end = from + length;
  if (end > bytes.length) return CUT_OFF;
  const children: DerNode[] = [];
  for (let at = from; isConstructed && at < end; ) {
    const child = readNode(bytes.subarray(0, end), at, depth - 1);
    if (typeof child === "string") return child;
    children.push(child);
    at += child.raw.length;
  }
  return { tag, content: bytes.subarray(from, end), raw: bytes.subarray(start, end), children };
}

/** Without a length of its own: two zero octets end it. */
function readUntilEnd(bytes: Uint8Array, start: number, tag: number, depth: number): DerNode | string {
  const children: DerNode[] = [];
  let at = start + 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const child = readNode(bytes, at, depth - 1);
    if (typeof child === "string") return child;
    children.push(child);
    at += child.raw.length;
  }
  return { tag, content: bytes.subarray(start + 2, at), raw: bytes.subarray(start, at + 2), children };
}

const CUT_OFF = "it is cut off";
