// Reads the text of an IP address into four numbers, for whatever looks at the address of every connection. It makes no
// object while it reads; a zone is not part of an address, and an IPv4 address that came as IPv6 is an IPv4 address.

export type Family = "ipv4" | "ipv6";

/** Four words of 32 bits, the first is the most significant; an IPv4 address is the last one. */
export const addressWords = (): Uint32Array => new Uint32Array(4);

/** The family, with the address in `words`; undefined when the text is no address. */
export function readAddress(text: string, words: Uint32Array): Family | undefined {
  words.fill(0);
  if (!text.includes(":")) {
    const address = readIpv4(text, 0, text.length);
    if (address < 0) return undefined;
    words[3] = address;
    return "ipv4";
  }
  // A link-local peer is `fe80::1%eth0`; which of our interfaces it came through says nothing about who it is.
  const zone = text.indexOf("%");
  if (!readIpv6(text, zone < 0 ? text.length : zone, words)) return undefined;
  if (words[0] !== 0 || words[1] !== 0 || words[2] !== 0xffff) return "ipv6";
  words[2] = 0;
  return "ipv4";
}

const DOT = 46;
const COLON = 58;

/** Four decimal numbers without leading zeros, which some programs read as octal; -1 for anything else. */
function readIpv4(text: string, from: number, end: number): number {
  let address = 0;
  let at = from;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== DOT) return -1;
    const start = at;
    let value = 0;
    for (; at < end && at - start < 4; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === start || value > 255 || (at - start > 1 && text.charCodeAt(start) === 48)) return -1;
    address = address * 256 + value;
  }
  return at === end ? address : -1;
}

/** The groups of the address that is being read: one place for all, as reading never waits. */
const groups = new Uint16Array(8);

function readIpv6(text: string, end: number, words: Uint32Array): boolean {
  let count = 0;
  let gap = -1;
  let at = 0;
  if (text.startsWith("::")) {
    gap = 0;
    at = 2;
  }
  while (at < end) {
    if (count === 8) return false;
    const start = at;
    let value = 0;
    for (; at < end && at - start < 4; at++) {
      const digit = hexDigit(text.charCodeAt(at));
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (at === start) return false;
    if (at < end && text.charCodeAt(at) === DOT) {
      const last = count <= 6 ? readIpv4(text, start, end) : -1; // RFC 4291 §2.2, the third form
      if (last < 0) return false;
      groups[count++] = last >>> 16;
      groups[count++] = last & 0xffff;
      break;
    }
    groups[count++] = value;
    if (at === end) break;
    if (text.charCodeAt(at++) !== COLON) return false;
    if (at === end) return false;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return false;
    gap = count;
    at++;
  }
  if (gap < 0 ? count !== 8 : count > 7) return false;
  const missing = 8 - count;
  for (let index = 0; index < count; index++) {
    const place = gap >= 0 && index >= gap ? index + missing : index;
    const group = groups[index] ?? 0;
    words[place >> 1] = (words[place >> 1] ?? 0) | (place % 2 === 0 ? group << 16 : group);
  }
  return true;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
