// What a client is to send, and what came of it for each recipient. Types, and what can be said before a word is sent.
import { asciiMailbox, isAsciiMailbox, isMailbox, type Mailbox } from "../address.ts";
import type { MailParameters, RecipientParameters } from "../parameters.ts";
import type { ReversePath } from "../path.ts";
import { type Capabilities, offersOf } from "./capabilities.ts";
import { type Heard, ours } from "./talk.ts";

export interface JobRecipient extends RecipientParameters {
  readonly mailbox: Mailbox;
}

export interface Job {
  readonly sender: ReversePath;
  readonly recipients: readonly JobRecipient[];
  /** Of the text as it is sent, without stuffed dots. */
  readonly bytes: number;
  readonly text: TextNature;
  readonly dsn: Pick<MailParameters, "ret" | "envelopeId">;
  /** RFC 4954 §5: who handed it in, for a server that trusts us with that. */
  readonly auth?: ReversePath;
  /** Text of eight bits to a server that did not offer to take it: most take it all the same. */
  readonly eightBitAnyway: boolean;
  /** BDAT where it is offered; else only for what needs it. */
  readonly preferChunks: boolean;
}

export interface TextNature {
  /** "binary": lines of any length, and line ends that are no line ends, RFC 3030 §3. */
  readonly bits: "seven" | "eight" | "binary";
  /** Headers hold UTF-8, RFC 6532. */
  readonly utf8Headers: boolean;
}

export type RecipientResult =
  /** `keepsDsn`: the server has taken over what the sender wants to hear (RFC 3461 §5.2.2). */
  | { readonly is: "taken"; readonly heard: Heard; readonly keepsDsn: boolean }
  | { readonly is: "refused"; readonly heard: Heard }
  /** `maybeTaken`: the text was sent, and the answer never came; to send it again may be to send it twice (RFC 1047 §2). */
  | { readonly is: "deferred"; readonly heard: Heard; readonly maybeTaken: boolean }
  /** The server takes no more of them in one message: it is to be sent again to these, and at once. */
  | { readonly is: "next-time" };

/** How a message is told to this server. */
export interface Fitted {
  readonly sender: ReversePath;
  readonly parameters: MailParameters;
  /** Undefined for one that this server cannot be told. */
  readonly mailboxes: readonly (Mailbox | undefined)[];
  readonly chunks: boolean;
}

export const cannotBeTold = ours(553, "5.6.7", "The server of the recipient knows no addresses in such letters");

/** Why it cannot be sent there at all, or how. */
export function fit(job: Job, capabilities: Capabilities): Fitted | Heard {
  const offers = offersOf(capabilities);
  const { bytes, text, recipients, sender } = job;
  const { sizeMax } = capabilities;
  // RFC 1870 §6.2 done
  if (sizeMax !== null && bytes > sizeMax)
    return ours(552, "5.3.4", `The message has ${bytes} bytes, and the server takes ${sizeMax}`);
  if (text.bits === "binary" && !offers("BINARYMIME")) return ours(554, "5.6.3", "The server takes no binary messages");
  if (text.bits === "eight" && !offers("8BITMIME") && !job.eightBitAnyway)
    return ours(554, "5.6.3", "The server takes no text of eight bits");
  const everyone = [...(sender === null ? [] : [sender]), ...recipients.map((it) => it.mailbox)];
  const smtpUtf8 = offers("SMTPUTF8") && (text.utf8Headers || !everyone.every(isAsciiMailbox));
  // RFC 6531 §3.2: such a message goes back rather than on in pieces.
  if (text.utf8Headers && !smtpUtf8) return ours(554, "5.6.7", "The server takes no headers in such letters");
  const told = (mailbox: Mailbox): Mailbox | undefined => {
    const it = smtpUtf8 ? mailbox : asciiMailbox(mailbox);
    return it !== undefined && isMailbox(it) ? it : undefined;
  };
  const from = sender === null ? null : told(sender);
  if (from === undefined) return ours(553, "5.6.7", "The server knows no senders in such letters");
  return {
    sender: from,
    parameters: {
      ...job.dsn,
      ...(job.auth === undefined ? {} : { auth: job.auth }),
      size: bytes,
      body: bodyOf(text),
      smtpUtf8,
    },
    mailboxes: recipients.map((it) => told(it.mailbox)),
    chunks: text.bits === "binary" || (job.preferChunks && capabilities.words.has("CHUNKING")),
  };
}

function bodyOf({ bits, utf8Headers }: TextNature): MailParameters["body"] {
  if (bits === "binary") return "BINARYMIME";
  return bits === "eight" || utf8Headers ? "8BITMIME" : "7BIT";
}
