// Where mail goes to, as addresses name it: a domain, in ASCII or in the letters of its people, or an address in
// brackets. Pure: nobody is asked whether there is one.
import { domainToASCII } from "node:url";

/** RFC 5321 §4.5.3.1.2 done, in octets of UTF-8 (RFC 6531 §3.3 done). */
export const DOMAIN_BYTES_MAX = 255;
/** RFC 1035 §2.3.4. */
const LABEL_BYTES_MAX = 63;

/**
 * RFC 6531 §3.3: whatever is not ASCII, but for what nobody sees or what turns a line around. The two joiners change how
 * words of Persian and of India are read, and stay.
 */
export const BEYOND_ASCII = String.raw`(?:[^\x00-\x7f\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}]|[\u200c\u200d])`;

const printable = new RegExp(`^(?:[ -~]|${BEYOND_ASCII})+$`, "u");
/** Not empty, and nothing in it that ends a line or moves a cursor. */
export const isPrintable = (text: string): boolean => printable.test(text);

const labelOf = (letters: string): RegExp =>
  new RegExp(
    `^(?:${letters}|${BEYOND_ASCII})(?:(?:${letters}|-|${BEYOND_ASCII})*(?:${letters}|${BEYOND_ASCII}))?$`,
    "u",
  );
const label = labelOf("[A-Za-z0-9]");
const looseLabel = labelOf("[A-Za-z0-9_]");

export const isAsciiText = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** RFC 5321 §4.1.2 done, RFC 6531 §3.3. `loose` takes underscores, which hosts in many houses have. */
export function isDomainName(text: string, loose = false): boolean {
  if (Buffer.byteLength(text) > DOMAIN_BYTES_MAX) return false;
  const pattern = loose ? looseLabel : label;
  return text.split(".").every((it) => pattern.test(it) && Buffer.byteLength(it) <= LABEL_BYTES_MAX);
}

/** RFC 5321 §4.1.3 partly: `[192.0.2.1]` and `[IPv6:2001:db8::1]`, as no other kind was ever registered. */
export function isAddressLiteral(text: string): boolean {
  const [, v6, v4] = /^\[(?:IPv6:([0-9A-F:.]{2,45})|([0-9.]{7,15}))\]$/i.exec(text) ?? [];
  return v6 !== undefined ? isIpv6(v6) : v4 !== undefined && isIpv4(v4);
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((it) => /^(0|[1-9]\d{0,2})$/.test(it) && Number(it) <= 255);
}

/** RFC 4291 §2.2: eight groups, of which `::` stands for one or more, and an IPv4 address at the end for two. */
function isIpv6(text: string): boolean {
  const last = text.slice(text.lastIndexOf(":") + 1);
  const groups = last.includes(".") ? (isIpv4(last) ? `${text.slice(0, -last.length)}0:0` : "") : text;
  const sides = groups.split("::").map((side) => (side === "" ? [] : side.split(":")));
  const count = sides.flat().length;
  return (
    (sides.length === 1 ? count === 8 : sides.length === 2 && count < 8) &&
    sides.flat().every((it) => /^[0-9A-F]{1,4}$/i.test(it))
  );
}

export const isDomain = (text: string, loose = false): boolean => isAddressLiteral(text) || isDomainName(text, loose);

/**
 * The one spelling by which domains are compared and looked up: small letters, and A-labels for what is not ASCII
 * (RFC 5890 §2.3.2.1). Undefined where the letters cannot be a name of DNS.
 */
export function asciiDomain(domain: string): string | undefined {
  if (isAsciiText(domain)) return domain.toLowerCase();
  // With a name behind it, so that digits of other scripts are not taken for an IP address.
  const behind = ".invalid";
  const ascii = domainToASCII(`${domain}${behind}`);
  const name = ascii.slice(0, -behind.length);
  return ascii.endsWith(behind) && isDomainName(name, true) ? name : undefined;
}

/** As `asciiDomain` where that can be: what domains are compared, looked up and kept by, whatever they are. */
export const domainKey = (domain: string): string => asciiDomain(domain) ?? domain.toLowerCase();

/** In the spelling of `asciiDomain`; with `*.` before it for all that is below it, and not itself. */
export type DomainPattern = string;

/** `domain` is a `domainKey`. */
export const isInDomain = (domain: string, pattern: DomainPattern): boolean =>
  pattern.startsWith("*.")
    ? domain.endsWith(pattern.slice(1)) && domain.length > pattern.length - 1
    : domain === pattern;
