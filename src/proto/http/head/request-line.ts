// Reads the request line into a head. RFC 9112 §3 done: one space between each part, and no mercy for what is nearly right, as
// another server would take it for another request.
import { CR, LF, SPACE, TOKEN, targetBytes, tokenBytes } from "../byte-kinds.ts";
import { type Refusal, refusals } from "../refusal.ts";
import { hostEndIn } from "./authority.ts";
import type { RequestHead } from "./request-head.ts";

const SLASH = 47;
const QUESTION = 63;
const ZERO = 48;
const ONE = 49;

/** Where the line ends; undefined until it has come. */
export function readRequestLine(head: RequestHead, lineBytesMax: number): number | Refusal | undefined {
  const { bytes, at: from } = head;
  let at = from;
  while (tokenBytes[bytes[at] ?? 0] === 1) at++;
  const methodEnd = at;
  if (methodEnd === from || bytes[at] !== SPACE) return judge(bytes, from, lineBytesMax);
  const targetAt = ++at;
  while (targetBytes[bytes[at] ?? 0] === 1) at++;
  const targetEnd = at;
  if (targetEnd === targetAt || bytes[at] !== SPACE) return judge(bytes, from, lineBytesMax);
  const minor = minorOf(bytes, at + 1);
  if (minor < 0) return judge(bytes, from, lineBytesMax);
  const end = at + VERSION.length + 4;
  if (end - from > lineBytesMax) return refusals.requestLineTooLong;
  head.method = methodOf(bytes, from, methodEnd);
  head.version = minor === 0 ? "HTTP/1.0" : "HTTP/1.1";
  head.target = bytes.toString("latin1", targetAt, targetEnd);
  return readTarget(head, targetAt, targetEnd) ? end : refusals.targetForm;
}

const VERSION = "HTTP/1.";

/** The last digit of the version, where it and the line end stand there as they should; else -1. */
function minorOf(bytes: Buffer, at: number): number {
  for (let index = 0; index < VERSION.length; index++) if (bytes[at + index] !== VERSION.charCodeAt(index)) return -1;
  const digit = bytes[at + VERSION.length];
  if ((digit !== ZERO && digit !== ONE) || bytes[at + VERSION.length + 1] !== CR) return -1;
  return bytes[at + VERSION.length + 2] === LF ? digit - ZERO : -1;
}

/** Most requests are one of these; a text that is there already need not be made. */
function methodOf(bytes: Buffer, at: number, end: number): string {
  if (end - at === 3 && bytes[at] === 71 && bytes[at + 1] === 69 && bytes[at + 2] === 84) return "GET";
  return bytes.toString("latin1", at, end);
}

/** RFC 9112 §3.2 done: each form, where it may stand. */
function readTarget(head: RequestHead, at: number, end: number): boolean {
  const { bytes, method, target } = head;
  if (method === "CONNECT") return readAuthority(head, at, end) && head.authorityEnd > head.hostEnd + 1;
  if (bytes[at] === SLASH || target === "*") {
    head.path = target;
    return target !== "*" || method === "OPTIONS";
  }
  return readAbsolute(head, at, end);
}

/** RFC 9112 §3.2.3: also where CONNECT leads. */
function readAuthority(head: RequestHead, at: number, end: number): boolean {
  const hostEnd = hostEndIn(head.bytes, at, end);
  if (hostEnd <= at) return false;
  head.path = head.target;
  head.hostAt = at;
  head.hostEnd = hostEnd;
  head.authorityEnd = end;
  return true;
}

/** RFC 9112 §3.2.2, §3.2.4: an address without a path means the root, or with OPTIONS the server as a whole. */
function readAbsolute(head: RequestHead, at: number, end: number): boolean {
  const { bytes } = head;
  const scheme = /^https?:\/\//i.exec(head.target);
  if (scheme === null) return false;
  const authorityAt = at + scheme[0].length;
  let authorityEnd = authorityAt;
  while (authorityEnd < end && bytes[authorityEnd] !== SLASH && bytes[authorityEnd] !== QUESTION) authorityEnd++;
  if (!readAuthority(head, authorityAt, authorityEnd)) return false;
  const path = head.target.slice(authorityEnd - at);
  if (path.startsWith("/")) head.path = path;
  else head.path = path === "" && head.method === "OPTIONS" ? "*" : `/${path}`;
  return true;
}

/** What is wrong with a line, or nothing until it is there. */
function judge(bytes: Buffer, lineAt: number, lineBytesMax: number): Refusal | undefined {
  const lf = bytes.indexOf(LF, lineAt);
  if ((lf < 0 ? bytes.length : lf + 1) - lineAt > lineBytesMax) return refusals.requestLineTooLong;
  return lf < 0 ? undefined : flawOf(bytes.toString("latin1", lineAt, lf));
}

const PARTS = new RegExp(`^${TOKEN}+ ([^ ]+) ([^ ]+)$`);

/** `line` is everything before the LF. */
function flawOf(line: string): Refusal {
  if (!line.endsWith("\r")) return refusals.bareLf;
  const text = line.slice(0, -1);
  if (text.includes("\r")) return refusals.bareCr;
  const [, target, version] = PARTS.exec(text) ?? [];
  if (target === undefined || version === undefined) return refusals.requestLine;
  if (/[\x00-\x20#\x7f]/.test(target)) return refusals.target;
  return /^HTTP\/\d\.\d$/.test(version) ? refusals.versionUnsupported : refusals.versionUnknown;
}
