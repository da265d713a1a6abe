// What the engine itself takes from the fields of a head: whose request it is, where its body ends, and what becomes of the
// connection. Whatever leaves two readings is refused, as between two servers it hides one request within another.
import { isWord, TOKEN } from "../byte-kinds.ts";
import { listElements } from "../field-list.ts";
import { type Refusal, refusals } from "../refusal.ts";
import { hostEndIn } from "./authority.ts";
import { type KnownField, knownFieldAt, knownFields } from "./known-fields.ts";
import type { RequestHead } from "./request-head.ts";

const OPTIONS_MAX = 64;
const CODING = new RegExp(`^${TOKEN}+$`);

/** Told where the value stands, and whether the field was there before. */
type Read = (head: RequestHead, at: number, end: number, again: boolean) => Refusal | undefined;

const readers: Partial<Record<KnownField, Read>> = {
  /** RFC 9112 §3.2 done: exactly one, and one that can be. The host of the target counts before it, RFC 9112 §3.2.2. */
  host(head, at, end, again) {
    if (again) return refusals.hostTwice;
    const hostEnd = hostEndIn(head.bytes, at, end);
    if (hostEnd < 0) return refusals.host;
    if (head.authorityEnd > 0) return undefined;
    head.hostAt = at;
    head.hostEnd = hostEnd;
    head.authorityEnd = end;
    return undefined;
  },

  /** RFC 9110 §8.6 partly: not even the same number twice. */
  "content-length"(head, at, end, again) {
    if (again) return refusals.contentLengthTwice;
    const text = head.bytes.toString("latin1", at, end);
    if (!/^\d+$/.test(text)) return refusals.contentLength;
    head.contentLength = Number(text);
    return Number.isSafeInteger(head.contentLength) ? undefined : refusals.contentLengthTooLarge;
  },

  /** RFC 9112 §6.1, §6.3, §7 partly: chunked is the only coding. */
  "transfer-encoding"(head, at, end, again) {
    if (again) return refusals.codingNotLast;
    if (isWord(head.bytes, at, end, "chunked")) {
      head.chunked = true;
      return undefined;
    }
    const codings = listElements(head.bytes.toString("latin1", at, end).toLowerCase());
    if (!codings.every((it) => CODING.test(it))) return refusals.codingMalformed;
    return codings.slice(0, -1).includes("chunked") ? refusals.codingNotLast : refusals.codingUnknown;
  },

  /** RFC 9110 §7.6.1. What has more options than anybody could mean ends the connection. */
  connection(head, at, end) {
    if (isWord(head.bytes, at, end, "keep-alive")) {
      head.saysKeepAlive = true;
      return undefined;
    }
    const options = listElements(head.bytes.toString("latin1", at, end).toLowerCase(), OPTIONS_MAX + 1);
    if (options.includes("close") || options.length > OPTIONS_MAX) head.saysClose = true;
    if (options.includes("keep-alive")) head.saysKeepAlive = true;
    if (options.includes("upgrade")) head.saysUpgrade = true;
    return undefined;
  },

  /** RFC 9110 §10.1.1 done: in HTTP/1.0 it says nothing. */
  expect(head, at, end) {
    if (head.version === "HTTP/1.0") return undefined;
    if (!isWord(head.bytes, at, end, "100-continue")) return refusals.expectation;
    head.expectsContinue = true;
    return undefined;
  },
};

const readerAt = knownFields.map((name) => readers[name]);
const hostBit = 1 << knownFields.indexOf("host");

/** Notes that a field is there, and reads it where that is for the engine to do. */
export function takeField(
  head: RequestHead,
  bytes: Buffer,
  nameAt: number,
  nameEnd: number,
  valueAt: number,
  valueEnd: number,
): Refusal | undefined {
  head.fieldsEnd = nameAt;
  const row = knownFieldAt(bytes, nameAt, nameEnd);
  if (row < 0) return undefined;
  const again = (head.known & (1 << row)) !== 0;
  const refusal = readerAt[row]?.(head, valueAt, valueEnd, again);
  if (refusal !== undefined) return refusal;
  if (again) head.repeated |= 1 << row;
  head.known |= 1 << row;
  head.values[2 * row] = valueAt;
  head.values[2 * row + 1] = valueEnd;
  return undefined;
}

/** What only all fields together tell. */
export function judgeFields(head: RequestHead): Refusal | undefined {
  const { version, contentLength, chunked } = head;
  // RFC 9112 §3.2: of HTTP/1.1 also where the target names the host.
  if (version === "HTTP/1.1" && (head.known & hostBit) === 0) return refusals.hostMissing;
  if (chunked && version === "HTTP/1.0") return refusals.codingInOldVersion;
  if (chunked && contentLength >= 0) return refusals.lengthAndCoding;
  if (head.hasBody && head.method === "CONNECT") return refusals.connectBody;
  return undefined;
}
