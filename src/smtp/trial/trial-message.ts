// The message that a test sends: a few lines that say to whoever finds it what it is, and that nobody need answer. Pure.
import { type Mailbox, printMailbox } from "../../proto/smtp/address.ts";
import { mailDate } from "../../proto/smtp/message/date.ts";
import { encodeWords } from "../../proto/smtp/message/encoded-word.ts";
import { folded } from "../../proto/smtp/message/fold.ts";
import { messageId } from "../../proto/smtp/message/message-id.ts";

export interface TrialFacts {
  readonly host: string;
  readonly site: string;
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly subject: string | undefined;
  readonly id: string;
  readonly atMs: number;
  readonly offsetMinutes: number;
}

export function trialMessage({ host, site, from, to, subject, id, atMs, offsetMinutes }: TrialFacts): Buffer {
  const date = mailDate(atMs, offsetMinutes);
  const lines = [
    `Date: ${date}`,
    `From: ${printMailbox(from)}`,
    `To: ${printMailbox(to)}`,
    folded(`Subject: ${encodeWords(subject ?? `Test message from ${host}`)}`),
    `Message-ID: ${messageId(id, host)}`,
    // RFC 3834 §5 done: nobody's absence is to be told to us.
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "This is a test message. Somebody who looks after the mail server",
    host,
    `sent it on ${date}`,
    `from its site ${ascii(site)}, to see whether its mail arrives.`,
    "",
    "As you read this, it does. There is nothing to be done and nobody to be",
    "answered.",
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n`);
}

/** The name of a site may be in any letters, and this text is in those that every program shows. */
const ascii = (text: string): string => text.replace(/[^ -~]/g, "?");
