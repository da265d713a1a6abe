// All that a session of the server may ask of the world, and what it hands over. Interfaces only: a test passes a world
// in memory, or one that fails on purpose.
import type { Mailbox } from "../address.ts";
import type { MailParameters, RecipientParameters } from "../parameters.ts";
import type { ReversePath } from "../path.ts";
import type { Reply } from "../reply.ts";

/** Who the client says it is. */
export interface Hello {
  /** Undefined where it did not say; at most 255 printable bytes, and never to be believed. */
  readonly name: string | undefined;
  /** It came with EHLO. */
  readonly extended: boolean;
}

export interface Recipient extends RecipientParameters {
  readonly mailbox: Mailbox;
}

export interface Envelope {
  readonly hello: Hello;
  /** Who has logged in. */
  readonly account: string | undefined;
  readonly sender: ReversePath;
  readonly parameters: MailParameters;
  readonly recipients: readonly Recipient[];
}

/** A reply is the refusal, in the words of whoever decides; with 421 the session ends. */
export type Decision = "accepted" | Reply;
export type Soon<T> = T | Promise<T>;

export interface Ports {
  /** The connection is under TLS. */
  readonly secure: boolean;
  /** STARTTLS may be begun: there is a certificate, and the connection is in clear. */
  readonly canSecure: boolean;
  /** What may be logged in with now, as on this connection passwords may be told or not. */
  readonly mechanisms: readonly string[];
  /** `initial` is what came with the mechanism, as it came. */
  login(mechanism: string, initial: string | undefined): Soon<LoginStep>;
  /** Asked with an envelope that has no recipients yet. */
  sender(envelope: Envelope): Soon<Decision>;
  /** Asked with the envelope as it stands before this recipient. */
  recipient(recipient: Recipient, envelope: Envelope): Soon<Decision>;
  /** A message is about to come. From now on exactly one of `commit` and `drop` will be called. */
  begin(envelope: Envelope): Soon<Content | Reply>;
  /** RFC 1985; asked only where ETRN is offered. */
  turnQueue(node: string): Soon<Reply>;
}

export type LoginStep =
  | { readonly is: "challenge"; readonly text: string; next(line: string): Soon<LoginStep> }
  | { readonly is: "done"; readonly account: string }
  | { readonly is: "refused"; readonly reply: Reply; readonly close?: boolean };

/** A message while it comes in. */
export interface Content {
  /** Nothing more comes while it promises. What goes wrong is said by `commit`. */
  take(piece: Buffer): void | Promise<void>;
  /** All is here. Only when the message is durable may it be said to be queued. */
  commit(facts: ContentFacts): Soon<Queued | Reply>;
  /** It never will be, or is refused. */
  drop(): void;
}

export interface ContentFacts {
  readonly bytes: number;
  /** It holds bytes beyond ASCII, whatever BODY said. */
  readonly eightBit: boolean;
}

export interface Queued {
  /** The id by which operators find the message. */
  readonly queued: string;
}

export const isReply = (it: object | string): it is Reply => typeof it === "object" && "code" in it;
