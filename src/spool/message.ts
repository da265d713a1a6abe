// The words of the spool: message, envelope, recipient, attempt. Types and their bounds only; what is done with them
// stands elsewhere.

/** What came with MAIL: how the message is to be carried, whoever gets it. */
export interface Envelope {
  /** "" for the null sender, RFC 5321 §4.5.5. */
  readonly sender: string;
  /** RFC 3461 §4.3: what a notice returns. */
  readonly ret: "full" | "headers" | null;
  /** RFC 3461 §4.4, as it was sent. */
  readonly envid: string | null;
  readonly smtpUtf8: boolean;
  readonly bodyKind: "7bit" | "8bitmime" | "binarymime";
}

/** Where a message came from, for people and for fair sharing. */
export interface Source {
  /** The site that took it, as paths name it: "smtp/sites/default". */
  readonly site: string;
  readonly by: "smtp" | "pickup" | "notice" | "import";
  /** The address of the client; "" where there was none. */
  readonly client: string;
  readonly account: string | null;
  /** The name of the connection in the logs. */
  readonly trace: string | null;
}

/** What else is worth knowing of it later, as the rule that let it in. Shown, never interpreted here. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** Urgent mail goes before all other to the same destination. */
export const priorities = ["urgent", "normal", "bulk"] as const;
export type Priority = (typeof priorities)[number];

export interface NewRecipient {
  readonly address: string;
  /** What is tried together: a domain, or a route. */
  readonly destination: string;
  /** RFC 3461 §4.1 and §4.2, as they were sent. */
  readonly notify: string | null;
  readonly orcpt: string | null;
  readonly held?: boolean;
  /** When it is to be tried first; at once where it is not said. */
  readonly dueMs?: number;
}

export interface NewMessage {
  readonly envelope: Envelope;
  readonly source: Source;
  readonly facts: Facts;
  readonly priority: Priority;
  readonly recipients: readonly NewRecipient[];
}

/** As rows hold them. Below `FINAL` something is still to be done. */
export const statusNumbers = {
  queued: 0,
  claimed: 1,
  held: 2,
  delivered: 10,
  failed: 11,
  expanded: 12,
  deleted: 13,
} as const;
export type Status = keyof typeof statusNumbers;
export const FINAL = 10;

const names = new Map(Object.entries(statusNumbers).map(([name, number]) => [number, name as Status]));

/** A number that no release wrote is damage, and reads as what an operator has to decide. */
export const statusOf = (number: number): Status => names.get(number as 0) ?? "held";

export interface Recipient {
  readonly index: number;
  readonly address: string;
  readonly destination: string;
  readonly status: Status;
  readonly dueMs: number;
  readonly attempts: number;
  /** What the remote said last; "" before the first attempt. */
  readonly reply: string;
  readonly notify: string | null;
  readonly orcpt: string | null;
  /** The sender was told of the delay. */
  readonly delayTold: boolean;
  /** It may have arrived although nobody heard so; another attempt may double it. */
  readonly uncertain: boolean;
}

/** A message as lists show it. */
export interface MessageHead {
  readonly id: string;
  readonly receivedMs: number;
  readonly envelope: Envelope;
  readonly source: Source;
  readonly facts: Facts;
  readonly sizeBytes: number;
  /** When its last recipient was done with; null while it is in the queue. */
  readonly leftMs: number | null;
}

/** Something that happened to one recipient. */
export interface Happening {
  readonly recipient: number;
  readonly atMs: number;
  /** An attempt and its outcome, what an operator ordered, or that the deliverer died over it. */
  readonly what: AttemptOutcome["is"] | OrderName | "interrupted";
  /** Who was asked, as "mx1.example.org [192.0.2.1]:25"; the operator of an order. */
  readonly who: string;
  /** The words of the remote, or of the order. */
  readonly text: string;
}

export type OrderName = "hold" | "release" | "retry" | "reroute" | "delete";

export type AttemptOutcome =
  | { readonly is: "delivered" }
  | { readonly is: "deferred"; readonly untilMs: number }
  | { readonly is: "failed" }
  | { readonly is: "expanded" }
  /** Nobody was asked: it goes back as it was. */
  | { readonly is: "returned" };

/** Names one recipient of one message. */
export interface RecipientKey {
  readonly id: string;
  readonly recipient: number;
}

/** What came of trying one recipient. */
export interface Attempt extends RecipientKey {
  readonly atMs: number;
  readonly outcome: AttemptOutcome;
  readonly remote: string;
  readonly reply: string;
  /** The final dot was sent and no answer came, RFC 1047. */
  readonly uncertain?: boolean;
  /** A notice of delay goes with this record. */
  readonly delayTold?: boolean;
}

export const RECIPIENTS_MAX = 50_000;
export const REPLY_LENGTH_MAX = 2000;
export const HAPPENINGS_KEPT = 32;
