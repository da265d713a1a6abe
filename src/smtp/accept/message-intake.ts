// A message while it comes in: its header is held until it is whole, changed where a mail server has to, and written into
// the spool with all that follows. Nothing is acknowledged here that the spool has not made durable.

import { headerBytes } from "../../proto/smtp/message/header-editor.ts";
import { type Header, type HeaderOutcome, HeaderReader } from "../../proto/smtp/message/header-reader.ts";
import { hopsOf } from "../../proto/smtp/message/received.ts";
import { type Reply, say } from "../../proto/smtp/reply.ts";
import type { Content, ContentFacts, Queued } from "../../proto/smtp/server/ports.ts";
import { replies } from "../../proto/smtp/server/replies.ts";
import type { NewMessage } from "../../spool/message.ts";
import type { Incoming } from "../../spool/spool.ts";
import type { Spooled, Trouble } from "../../spool/trouble.ts";

export interface IntakeParts {
  readonly incoming: Incoming;
  /** RFC 5321 §6.3: of more the message runs in a circle. */
  readonly hopsMax: number;
  /** The header as it goes on. */
  header(header: Header): Header;
  /** What the spool is told of it. */
  message(header: Header, facts: ContentFacts): NewMessage;
  /** Told how it ended, to be counted. */
  ended(outcome: IntakeOutcome): void;
}

export type IntakeOutcome =
  | { readonly is: "accepted"; readonly message: NewMessage; readonly bytes: number }
  | { readonly is: "loop"; readonly hops: number }
  | { readonly is: "header" | "trouble" | "dropped" };

export class MessageIntake implements Content {
  private readonly parts: IntakeParts;
  private reader: HeaderReader | undefined = new HeaderReader();
  private found: Header | undefined;
  /** What is said in the end, whatever still comes. */
  private refusal: { readonly reply: Reply; readonly outcome: IntakeOutcome } | undefined;

  constructor(parts: IntakeParts) {
    this.parts = parts;
  }

  take(piece: Buffer): void | Promise<void> {
    if (this.refusal !== undefined) return;
    if (this.reader === undefined) return this.write(piece);
    const outcome = this.reader.push(piece);
    return outcome === undefined ? undefined : this.begin(outcome);
  }

  async commit(facts: ContentFacts): Promise<Queued | Reply> {
    const { incoming, ended } = this.parts;
    if (this.reader !== undefined && this.refusal === undefined) await this.begin(this.reader.finish());
    if (this.refusal !== undefined || this.found === undefined) return this.refuse();
    const message = this.parts.message(this.found, facts);
    const committed = await incoming.commit(message);
    if (!committed.ok) {
      this.fail(committed.error);
      return this.refuse();
    }
    ended({ is: "accepted", message, bytes: facts.bytes });
    return { queued: committed.value };
  }

  drop(): void {
    this.parts.ended({ is: "dropped" });
    void this.parts.incoming.abandon();
  }

  private begin(outcome: HeaderOutcome): void | Promise<void> {
    this.reader = undefined;
    if (outcome.kind !== "header") {
      this.refusal = { reply: headerTooLarge, outcome: { is: "header" } };
      return;
    }
    const { header, rest } = outcome;
    const hops = hopsOf(header);
    if (hops > this.parts.hopsMax) {
      this.refusal = { reply: looping(hops), outcome: { is: "loop", hops } };
      return;
    }
    this.found = header;
    const written = this.write(headerBytes(this.parts.header(header)));
    return written === undefined ? this.write(rest) : written.then(() => this.write(rest));
  }

  private write(piece: Buffer): void | Promise<void> {
    if (this.refusal !== undefined) return;
    const written = this.parts.incoming.write(piece);
    if (written instanceof Promise) return written.then((it) => this.check(it));
    this.check(written);
  }

  private check(written: Spooled<void>): void {
    if (!written.ok) this.fail(written.error);
  }

  private fail({ is }: Trouble): void {
    this.refusal = { reply: is === "full" ? replies.noSpace : replies.trouble, outcome: { is: "trouble" } };
  }

  private refuse(): Reply {
    void this.parts.incoming.abandon();
    const { reply, outcome } = this.refusal ?? { reply: replies.trouble, outcome: { is: "trouble" } as const };
    this.parts.ended(outcome);
    return reply;
  }
}

const headerTooLarge = say(552, "5.3.4", "The header of the message is larger than any that is taken here");
/** RFC 5321 §6.3 done. */
const looping = (hops: number): Reply =>
  say(554, "5.4.6", `The message has passed ${hops} servers already: it runs in a circle`);
