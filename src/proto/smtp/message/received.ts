// The line that each server adds on top of a message (RFC 5321 §4.4): who gave it to us, how, and when. What the peer said
// of itself is written so that it cannot pass for something we found out.
import { DOMAIN_BYTES_MAX } from "../domain.ts";
import { mailDate } from "./date.ts";
import { allNamed } from "./header-editor.ts";
import { type HeaderField, newField } from "./header-field.ts";
import type { Header } from "./header-reader.ts";

export interface Received {
  readonly from:
    | {
        readonly kind: "peer";
        /** As said in EHLO or HELO; nothing when neither was. */
        readonly helo: string;
        /** The address of the socket, without brackets. */
        readonly address: string;
        /** What DNS says of the address, where it was asked and is confirmed. */
        readonly host?: string;
      }
    /** A file of the pickup folder: there is no peer. */
    | { readonly kind: "pickup" };
  /** Our own name. */
  readonly by: string;
  readonly protocol?: ReceivedProtocol;
  /** Such as "TLSv1.3 TLS_AES_256_GCM_SHA384"; for people. */
  readonly cipher?: string;
  readonly id: string;
  /** Only when there is one: with more, each would read of the others (RFC 5321 §7.6). */
  readonly recipient?: string;
  readonly atMs: number;
}

export interface ReceivedProtocol {
  readonly extended: boolean;
  readonly secure: boolean;
  readonly authenticated: boolean;
  readonly utf8: boolean;
}

/** The names that RFC 3848 done and RFC 6531 §4.3 done give: SMTP, ESMTP, ESMTPSA, UTF8SMTPS. */
export function protocolName({ extended, secure, authenticated, utf8 }: ReceivedProtocol): string {
  if (!extended) return "SMTP";
  return `${utf8 ? "UTF8SMTP" : "ESMTP"}${secure ? "S" : ""}${authenticated ? "A" : ""}`;
}

/** RFC 5321 §4.4 done. */
export function receivedField(it: Received): HeaderField {
  const words = [
    ...fromWords(it.from),
    `by ${domainOf(it.by)}`,
    ...(it.cipher === undefined ? [] : [`(${commentOf(it.cipher)})`]),
    ...(it.protocol === undefined ? [] : [`with ${protocolName(it.protocol)}`]),
    `id ${wordOf(it.id)}`,
    ...(it.recipient === undefined ? [] : [`for <${it.recipient.replace(/[<>\s;()]/g, "?")}>`]),
  ];
  return newField("Received", `${words.join(" ")}; ${mailDate(it.atMs)}`);
}

/** Servers that a message has passed; more than the bound of the caller is a loop, RFC 5321 §6.3 done. */
export const hopsOf = (header: Header): number => allNamed(header, "Received").length;

function fromWords(from: Received["from"]): readonly string[] {
  if (from.kind === "pickup") return [];
  const literal = from.address.includes(":") ? `[IPv6:${from.address}]` : `[${from.address}]`;
  return [`from ${domainOf(from.helo)}`, `(${from.host === undefined ? "" : `${commentOf(from.host)} `}${literal})`];
}

/** A domain or address literal; with anything else in it, other readers would lose their way in the line. */
const domainOf = (text: string): string =>
  text.length <= DOMAIN_BYTES_MAX && /^([\p{L}\p{N}._-]+|\[[A-Za-z0-9.:]+\])$/u.test(text) ? text : "unknown";
const commentOf = (text: string): string => text.slice(0, DOMAIN_BYTES_MAX).replace(/[()\\\0-\x1f\x7f]/g, "?");
const wordOf = (text: string): string => text.replace(/[^A-Za-z0-9._-]/g, "-");
