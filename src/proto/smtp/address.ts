// The address of a mailbox, as envelopes have it: read, printed, compared. Pure; the local part belongs to whoever keeps
// the mailbox, so nothing is read out of it here, and `user%other@here` or `a!b@here` are plain users of `here`.
import { bad, good, type Result } from "../../base/result.ts";
import { asciiDomain, BEYOND_ASCII, domainKey, isAsciiText, isDomain, isPrintable } from "./domain.ts";
import { type Leniency, strict } from "./leniency.ts";

export interface Mailbox {
  /** What it means: without the quotes and backslashes in which it may be written. Never empty. */
  readonly local: string;
  /** A name, or an address in brackets; as it was written. */
  readonly domain: string;
}

/**
 * RFC 5321 §4.5.3.1.1 done: 64 octets must be taken, and more should be where one can. Mailing lists and forwarders put
 * whole addresses into the local part of their senders, and whoever refuses those loses mail.
 */
export const LOCAL_PART_BYTES_MAX = 255;
/** Beyond what both parts can be together, all of it quoted: not worth looking at. */
const ADDRESS_LENGTH_MAX = 1024;

/** RFC 5322 §3.2.3, RFC 6531 §3.3. */
const specials = "!#$%&'*+/=?^_`{|}~-";
const atom = `(?:[A-Za-z0-9${specials}]|${BEYOND_ASCII})`;
const dotString = new RegExp(String.raw`^${atom}+(?:\.${atom}+)*$`, "u");
const looseString = new RegExp(String.raw`^(?:${atom}|\.)+$`, "u");
/** RFC 5321 §4.1.2: printable, and a backslash before what would end it. */
const quoted = new RegExp(String.raw`^"((?:[ !#-[\]-~]|\\[ -~]|${BEYOND_ASCII})*)"@(.*)$`, "su");

/** RFC 5321 §4.1.2 done, RFC 6531 §3.3 done. The error says what is wrong with it. */
export function parseMailbox(text: string, { looseAddresses }: Leniency = strict): Result<Mailbox, string> {
  if (text.length > ADDRESS_LENGTH_MAX) return bad("it is too long");
  const { local, domain } = partsOf(text, looseAddresses ? looseString : dotString);
  if (domain === undefined) return bad("it has no domain");
  if (local === undefined) return bad("what stands before the @ is no name of a mailbox");
  if (local === "") return bad("nothing stands before the @");
  if (Buffer.byteLength(local) > LOCAL_PART_BYTES_MAX) return bad("what stands before the @ is too long");
  if (!isDomain(domain, looseAddresses)) return bad("what stands behind the @ is no domain");
  return good({ local, domain });
}

/** With as little quoting as its letters allow, RFC 5321 §4.1.2. */
export const printMailbox = ({ local, domain }: Mailbox): string => `${printLocalPart(local)}@${domain}`;

export const printLocalPart = (local: string): string =>
  dotString.test(local) ? local : `"${local.replaceAll(/["\\]/g, "\\$&")}"`;

/** Whether it can be written at all: not every value of this type came out of `parseMailbox`. */
export const isMailbox = ({ local, domain }: Mailbox): boolean => isLocalPart(local) && isDomain(domain, true);

/** A local part that may be written, quoted where it must be. */
export const isLocalPart = (text: string): boolean =>
  isPrintable(text) && Buffer.byteLength(text) <= LOCAL_PART_BYTES_MAX;

/** RFC 5321 §2.4: domains are the same in any case; local parts are only the same when every letter is. */
export const sameMailbox = (one: Mailbox, other: Mailbox): boolean => mailboxKey(one) === mailboxKey(other);

/** Equal for the same mailbox, and for no other: for sets and indexes. RFC 5321 §4.5.1: Postmaster is so in any case. */
export function mailboxKey({ local, domain }: Mailbox): string {
  const name = local.toLowerCase() === "postmaster" ? "postmaster" : local;
  return `${printLocalPart(name)}@${domainKey(domain)}`;
}

/** RFC 6531 §3.4: only a server that offers SMTPUTF8 can be told of it as it is. */
export const isAsciiMailbox = ({ local, domain }: Mailbox): boolean => isAsciiText(local) && isAsciiText(domain);

/** With the domain in A-labels, for a server that knows ASCII only; undefined where the local part is not ASCII. */
export function asciiMailbox({ local, domain }: Mailbox): Mailbox | undefined {
  const name = isAsciiText(domain) ? domain : asciiDomain(domain);
  return name === undefined || !isAsciiText(local) ? undefined : { local, domain: name };
}

interface Parts {
  readonly local: string | undefined;
  readonly domain: string | undefined;
}

function partsOf(text: string, plain: RegExp): Parts {
  if (text.startsWith('"')) {
    const [, inner, domain] = quoted.exec(text) ?? [];
    return { local: inner?.replaceAll(/\\(.)/gs, "$1"), domain: domain ?? "" };
  }
  const at = text.indexOf("@");
  if (at < 0) return { local: text, domain: undefined };
  const local = text.slice(0, at);
  return { local: local === "" || plain.test(local) ? local : undefined, domain: text.slice(at + 1) };
}
