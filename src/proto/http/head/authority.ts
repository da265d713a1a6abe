// A host with an optional port, as Host says it and as a target may. RFC 9110 §7.2, RFC 3986 §3.2 partly: names are letters,
// digits, dots, hyphens and underscores, as those of hosts are; no user, no escapes.
import { addressBytes, COLON, hostBytes } from "../byte-kinds.ts";

const OPEN = 91;
const CLOSE = 93;
const ZERO = 48;
const PORT_MAX = 65_535;

/** Where the host ends, which may be empty; -1 where this is no authority. */
export function hostEndIn(bytes: Buffer, from: number, end: number): number {
  let at = from;
  if (bytes[at] === OPEN) {
    at++;
    while (at < end && addressBytes[bytes[at] ?? 0] === 1) at++;
    if (at === from + 1 || at === end || bytes[at] !== CLOSE) return -1;
    at++;
  } else while (at < end && hostBytes[bytes[at] ?? 0] === 1) at++;
  if (at === end) return at;
  return bytes[at] === COLON && portIn(bytes, at + 1, end) >= 0 ? at : -1;
}

/** 0 where nothing stands, as RFC 3986 §3.2.3 lets it; -1 where it is no port. */
export function portIn(bytes: Buffer, from: number, end: number): number {
  let port = 0;
  for (let at = from; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
    if (port > PORT_MAX) return -1;
  }
  return port;
}
