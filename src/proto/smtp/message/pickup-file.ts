// What a file in the pickup folder asks for: the envelope, and the header as it is sent. Pure, by the rules of IIS, which
// programs are written against; the body is not looked at, and a file that is not right is not half sent.
//
//   The first lines x-sender: (once) and x-receiver: (once for each recipient) are the envelope, and are taken out.
//   What they do not say comes from the header: the sender from Sender, else From; the recipients from To, Cc and Bcc.
//   Further down both are fields like any other: mail programs have written X-Sender for their own ends.
//   Bcc never leaves. Date and Message-ID are added where they are missing. A bare address gets the default domain.
import { bad, good, type Result } from "../../../base/result.ts";
import { isMailbox, type Mailbox, mailboxKey } from "../address.ts";
import type { ReversePath } from "../path.ts";
import { readAddressList } from "./address-list.ts";
import { mailDate } from "./date.ts";
import { allNamed, firstValue, withMissing, without, withoutFirst } from "./header-editor.ts";
import { type HeaderField, isNamed, textOf } from "./header-field.ts";
import { addressText, type HeaderMailbox } from "./header-mailbox.ts";
import type { Header, HeaderOutcome } from "./header-reader.ts";
import { messageId } from "./message-id.ts";
import type { PickupFlaw } from "./pickup-flaw.ts";

export interface PickupMail {
  readonly sender: ReversePath;
  /** Each once. */
  readonly recipients: readonly Mailbox[];
  readonly header: Header;
}

export interface PickupRules {
  /** For addresses without one. */
  readonly defaultDomain: string;
  readonly recipientsMax: number;
}

/** What is added to a message that lacks it. */
export interface PickupStamp {
  readonly id: string;
  readonly host: string;
  readonly atMs: number;
  readonly offsetMinutes: number;
}

/** `found` is what a HeaderReader made of the file behind a LineMender. */
export function readPickup(
  found: HeaderOutcome,
  rules: PickupRules,
  stamp: PickupStamp,
): Result<PickupMail, PickupFlaw> {
  if (found.kind !== "header") return bad({ kind: found.kind });
  const { header } = found;
  if (header.fields.length === 0) return bad({ kind: "no-header" });
  const envelope = envelopeFields(header);
  const sender = senderOf(header, envelope, rules);
  if (!sender.ok) return sender;
  const recipients = recipientsOf(header, envelope, rules);
  if (!recipients.ok) return recipients;
  const bare = without(withoutFirst(header, envelope.length), "Bcc", "Resent-Bcc");
  const dated = withMissing(bare, "Date", () => mailDate(stamp.atMs, stamp.offsetMinutes));
  return good({
    sender: sender.value,
    recipients: recipients.value,
    header: withMissing(dated, "Message-ID", () => messageId(stamp.id, stamp.host)),
  });
}

function envelopeFields({ fields }: Header): readonly HeaderField[] {
  const end = fields.findIndex((it) => !isNamed(it, "x-sender") && !isNamed(it, "x-receiver"));
  return end < 0 ? fields : fields.slice(0, end);
}

function senderOf(
  header: Header,
  envelope: readonly HeaderField[],
  rules: PickupRules,
): Result<ReversePath, PickupFlaw> {
  const [told, second] = envelope.filter((it) => isNamed(it, "x-sender"));
  if (second !== undefined) return bad({ kind: "two-senders" });
  const field = told === undefined ? (firstValue(header, "Sender") ? "Sender" : "From") : "x-sender";
  const text = told === undefined ? (firstValue(header, field) ?? "") : textOf(told);
  if (told !== undefined && text === "<>") return good(null);
  const { mailboxes, unreadable } = readAddressList(text, rules.recipientsMax);
  if (told !== undefined && mailboxes.length > 1) return bad({ kind: "two-senders" });
  const [first] = mailboxes; // of several authors the first: programs forget the Sender that RFC 5322 §3.6.2 wants
  const [wrong] = unreadable;
  if (wrong !== undefined) return bad({ kind: "bad-address", field, text: wrong });
  return first === undefined ? bad({ kind: "no-sender" }) : inFull(first, field, rules);
}

function recipientsOf(
  header: Header,
  envelope: readonly HeaderField[],
  rules: PickupRules,
): Result<readonly Mailbox[], PickupFlaw> {
  const told = envelope.filter((it) => isNamed(it, "x-receiver"));
  const fields = told.length > 0 ? told : ["To", "Cc", "Bcc"].flatMap((name) => allNamed(header, name));
  const recipients = new Map<string, Mailbox>();
  for (const field of fields) {
    const list = readAddressList(textOf(field), rules.recipientsMax);
    const [wrong] = list.unreadable;
    if (wrong !== undefined) return bad({ kind: "bad-address", field: field.name, text: wrong });
    for (const mailbox of list.mailboxes) {
      const recipient = inFull(mailbox, field.name, rules);
      if (!recipient.ok) return recipient;
      const key = mailboxKey(recipient.value);
      if (!recipients.has(key)) recipients.set(key, recipient.value);
    }
    if (list.more || recipients.size > rules.recipientsMax)
      return bad({ kind: "too-many-recipients", most: rules.recipientsMax });
  }
  return recipients.size === 0 ? bad({ kind: "no-recipients" }) : good([...recipients.values()]);
}

function inFull(mailbox: HeaderMailbox, field: string, { defaultDomain }: PickupRules): Result<Mailbox, PickupFlaw> {
  const { local, domain = defaultDomain } = mailbox;
  if (isMailbox({ local, domain })) return good({ local, domain });
  return bad({ kind: "bad-address", field, text: addressText(mailbox).slice(0, SHOWN_MAX) });
}

const SHOWN_MAX = 100;
