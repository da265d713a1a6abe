// How a site wants its sessions to be: its name, its limits, what it offers and what it forgives. Data only, the same for
// all of them.
import type { Leniency } from "../leniency.ts";

/** What all sessions of a site have in common. */
export interface SiteRules {
  /** With which the site greets. */
  readonly name: string;
  /** Of addresses that name no domain. */
  readonly ownDomain: string;
  readonly limits: SessionLimits;
  readonly leniency: Leniency;
  /** What the site wants to offer of what it may leave out. */
  readonly offers: ReadonlySet<Offerable>;
  /** RFC 3207 §4: nothing but EHLO, NOOP, STARTTLS and QUIT in clear. */
  readonly tlsRequired: boolean;
}

/** Null where there is no limit. */
export interface SessionLimits {
  readonly messageBytesMax: number | null;
  /** Of all messages of a session together; the first may always be as large as a message. */
  readonly sessionBytesMax: number | null;
  readonly recipientsMax: number;
  readonly messagesMax: number | null;
  /** Refusals after which the session ends: guesses at addresses and passwords, and programs gone mad. */
  readonly errorsMax: number;
}

/** What a site may leave out. */
export type Offerable = "PIPELINING" | "SMTPUTF8" | "DSN" | "CHUNKING" | "BINARYMIME" | "ETRN" | "LIMITS";
export const allOfferable: ReadonlySet<Offerable> = new Set([
  "PIPELINING",
  "SMTPUTF8",
  "DSN",
  "CHUNKING",
  "BINARYMIME",
  "ETRN",
  "LIMITS",
]);
