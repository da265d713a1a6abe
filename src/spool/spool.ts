// The door to the mail queue: what accepting workers, the deliverer and the supervisor may ask of it. Everything on disk
// is durable when the promise resolves; nobody before this door knows of SQLite, files or threads.
import type { Filter } from "./filter.ts";
import type { Attempt, Happening, MessageHead, NewMessage, OrderName, Recipient, Status } from "./message.ts";
import type { Spooled } from "./trouble.ts";

export interface MailSpool {
  /** Begins a message. Its id is known at once, for the Received line. */
  receive(): Incoming;
  /** Outcomes, and the notices they cause: all of it or nothing. "stale" when one was not claimed any more. */
  record(attempts: readonly Attempt[], notices?: readonly Notice[]): Promise<Spooled<Recorded>>;
  /** Takes due recipients, fairly between destinations and, within one, between sources. For the deliverer only. */
  claim(wish: ClaimWish): Promise<Spooled<Claimed>>;
  /** What a deliverer that died had claimed is due again, and uncertain. Called once, with the deliverer's lock. */
  takeOver(atMs: number): Promise<Spooled<readonly Interrupted[]>>;
  /** null: there is no such message, or it has left. */
  body(id: string): Promise<Spooled<Body | null>>;
  summary(): Promise<Spooled<readonly SummaryRow[]>>;
  /** How much is in the queue. Cheap, however much has left. */
  backlog(): Promise<Spooled<Backlog>>;
  find(filter: Filter, page: Page): Promise<Spooled<readonly Found[]>>;
  /** Everything about one message, also when it left days ago; null when it is not known (any more). */
  story(id: string): Promise<Spooled<Story | null>>;
  count(filter: Filter): Promise<Spooled<Count>>;
  order(order: Order): Promise<Spooled<Count>>;
  /** Forgets messages that left before then, a step at a time; whether there are more. */
  purge(leftBeforeMs: number): Promise<Spooled<boolean>>;
  /** Gives the disk back what the queue does not need any more, a step at a time; whether there is more. */
  shrink(): Promise<Spooled<boolean>>;
  /** Whether mail may be accepted: 452 otherwise, RFC 5321 §4.2.3. Asked at MAIL. */
  room(): Room;
  /** Called soon after anybody, in any process, has changed the queue, and once after the beginning; the answer ends it. */
  onChange(call: () => void): () => void;
  close(): Promise<void>;
}

/** A message that is being received. One `write` at a time; then `commit` or `abandon`. */
export interface Incoming {
  readonly id: string;
  readonly sizeBytes: number;
  /** The piece is the message's from then on. Wait for a promise before the next one; in memory there is none. */
  write(piece: Uint8Array): Spooled<void> | Promise<Spooled<void>>;
  /** Resolves with the id when the message is on the disk. */
  commit(message: NewMessage): Promise<Spooled<string>>;
  abandon(): Promise<void>;
}

/** A message written with `receive()`, to be committed together with a record. */
export interface Notice {
  readonly incoming: Incoming;
  readonly message: NewMessage;
}

export interface Recorded {
  /** Messages whose last recipient this was. */
  readonly left: readonly string[];
}

export interface ClaimWish {
  readonly nowMs: number;
  readonly messagesMax: number;
  /** Of one destination; the others get their turn. */
  readonly perDestinationMax: number;
  /** Recipients of one message in one claim. */
  readonly recipientsMax: number;
  /** Only these, where given. */
  readonly destinations?: readonly string[];
  /** Not these: they are busy. */
  readonly except?: readonly string[];
}

/** One message for one destination. */
export interface Claim extends MessageHead {
  readonly destination: string;
  readonly recipients: readonly Recipient[];
}

export interface Claimed {
  readonly claims: readonly Claim[];
  /** When to ask again at the latest, perhaps at once; null when nothing waits beside what was excepted. */
  readonly nextMs: number | null;
}

export interface Interrupted {
  readonly id: string;
  readonly recipient: number;
  readonly address: string;
  readonly destination: string;
}

export interface Body {
  readonly sizeBytes: number;
  /** Fewer bytes only at the end. */
  read(from: number, lengthMax: number): Promise<Spooled<Uint8Array>>;
  close(): Promise<void>;
}

export interface SummaryRow {
  readonly destination: string;
  readonly status: Status;
  readonly recipients: number;
  readonly nextMs: number;
}

export interface Backlog {
  readonly recipients: number;
  /** When the message came that is there for longest; null when nothing is. */
  readonly oldestMs: number | null;
}

/** The oldest first; `after` is the last of the page before. */
export interface Page {
  readonly limit: number;
  readonly after?: { readonly id: string; readonly recipient: number };
}

export interface Found extends Recipient {
  readonly message: MessageHead;
}

export interface Story {
  readonly message: MessageHead;
  readonly recipients: readonly Recipient[];
  /** The recipients that are not listed, as there are too many. */
  readonly more: number;
  readonly happenings: readonly Happening[];
}

export interface Count {
  readonly messages: number;
  readonly recipients: number;
  /** Of them those that are with the deliverer now: what was ordered is done when it has tried. */
  readonly busy: number;
}

export interface Order {
  readonly filter: Filter;
  readonly what:
    | { readonly is: Exclude<OrderName, "reroute"> }
    | { readonly is: "reroute"; readonly destination: string };
  readonly who: string;
  readonly atMs: number;
}

export type Room = { readonly accepting: true } | { readonly accepting: false; readonly because: string };
