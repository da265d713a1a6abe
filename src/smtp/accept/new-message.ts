// What a session knows of a message, in the words of the spool. Pure; DSN parameters are kept as they are sent, so that
// the next server gets them as we did.
import { mailboxKey, printMailbox } from "../../proto/smtp/address.ts";
import { decodeEncodedWords } from "../../proto/smtp/message/encoded-word.ts";
import { allNamed, firstValue } from "../../proto/smtp/message/header-editor.ts";
import { textOf } from "../../proto/smtp/message/header-field.ts";
import type { Header } from "../../proto/smtp/message/header-reader.ts";
import type { Body, MailParameters } from "../../proto/smtp/parameters.ts";
import type { ReversePath } from "../../proto/smtp/path.ts";
import type { Recipient } from "../../proto/smtp/server/ports.ts";
import { encodeUtf8Address, encodeXtext } from "../../proto/smtp/xtext.ts";
import type { Envelope, Facts, NewMessage, NewRecipient, Priority, Source } from "../../spool/message.ts";

export interface AcceptedRecipient {
  readonly recipient: Recipient;
  readonly destination: string;
}

export interface AcceptedMail {
  readonly sender: ReversePath;
  readonly parameters: MailParameters;
  readonly recipients: readonly AcceptedRecipient[];
  readonly source: Source;
  readonly facts: Facts;
  /** It holds bytes beyond ASCII, whatever the client declared: old programs just send them. */
  readonly eightBit: boolean;
}

/** What people look for later, when all that they have is what their mail program shows. */
const FACT_LENGTH_MAX = 500;
/** Of a subject in encoded words, which take far more room than what they say; a stranger may send any number of them. */
const SUBJECT_READ_MAX = 8 * FACT_LENGTH_MAX;

export function newMessage(mail: AcceptedMail, header: Header): NewMessage {
  const told = (name: string, lengthMax: number) => (firstValue(header, name) ?? "").slice(0, lengthMax);
  return {
    envelope: envelopeOf(mail),
    source: mail.source,
    facts: {
      ...mail.facts,
      messageId: told("Message-ID", FACT_LENGTH_MAX),
      subject: decodeEncodedWords(told("Subject", SUBJECT_READ_MAX)).slice(0, FACT_LENGTH_MAX),
    },
    priority: priorityOf(header),
    recipients: once(mail.recipients).map(newRecipient),
  };
}

function envelopeOf({ sender, parameters, eightBit }: AcceptedMail): Envelope {
  const { ret, envelopeId, smtpUtf8, body } = parameters;
  return {
    sender: sender === null ? "" : printMailbox(sender),
    ret: ret === undefined ? null : rets[ret],
    envid: envelopeId === undefined ? null : encodeXtext(envelopeId),
    smtpUtf8,
    bodyKind: body === "7BIT" && eightBit ? "8bitmime" : bodyKinds[body],
  };
}

const rets = { FULL: "full", HDRS: "headers" } as const;
const bodyKinds: Readonly<Record<Body, Envelope["bodyKind"]>> = {
  "7BIT": "7bit",
  "8BITMIME": "8bitmime",
  BINARYMIME: "binarymime",
};

/** Who is named twice gets the message once; what was said first about notices holds. */
function once(recipients: readonly AcceptedRecipient[]): readonly AcceptedRecipient[] {
  const seen = new Map<string, AcceptedRecipient>();
  for (const it of recipients) {
    const key = mailboxKey(it.recipient.mailbox);
    if (!seen.has(key)) seen.set(key, it);
  }
  return [...seen.values()];
}

const newRecipient = ({ recipient, destination }: AcceptedRecipient): NewRecipient => ({
  address: printMailbox(recipient.mailbox),
  destination,
  notify: recipient.notify === undefined ? null : recipient.notify.join(",") || "NEVER",
  orcpt: originalOf(recipient),
});

function originalOf({ originalRecipient }: Recipient): string | null {
  if (originalRecipient === undefined) return null;
  const { type, address } = originalRecipient;
  return `${type};${type.toLowerCase() === "utf-8" ? encodeUtf8Address(address) : encodeXtext(address)}`;
}

/** Newsletters and lists say so themselves, and let people's letters go first. */
const priorityOf = (header: Header): Priority =>
  allNamed(header, "Precedence").some((it) => /^(bulk|list|junk)$/i.test(textOf(it))) ? "bulk" : "normal";
