// One mailbox as a header names it: a name for people, and an address whose domain may be left out. Pure data and how it
// is written; whether mail can go there is decided where envelopes are made.
import { printLocalPart } from "../address.ts";
import { encodeWords } from "./encoded-word.ts";

export interface HeaderMailbox {
  /** Decoded; empty when there is none. */
  readonly displayName: string;
  /** Without quotes, as `a b` of `"a b"@example.com`. */
  readonly local: string;
  /** A domain or an address literal with its brackets; undefined for a bare address. */
  readonly domain: string | undefined;
}

/** The address alone, quoted where RFC 5321 §4.1.2 wants it. */
export const addressText = ({ local, domain }: Pick<HeaderMailbox, "local" | "domain">): string =>
  domain === undefined ? printLocalPart(local) : `${printLocalPart(local)}@${domain}`;

/** Name and address as they stand in a header. The address goes out as it is, also when it is not ASCII. */
export function mailboxText(mailbox: HeaderMailbox): string {
  const { displayName } = mailbox;
  if (displayName === "") return addressText(mailbox);
  const encoded = encodeWords(displayName);
  const name = encoded !== displayName || phrase.test(displayName) ? encoded : quoted(displayName);
  return `${name} <${addressText(mailbox)}>`;
}

const phrase = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
