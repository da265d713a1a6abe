// A message that has arrived: what a folder of others gets of it, and the one way in which each kind of folder takes it.
// Types, and the name under which a repetition is the same file.
import { crc32 } from "node:zlib";
import { bad, good } from "../../base/result.ts";
import { type Mailbox, parseMailbox } from "../../proto/smtp/address.ts";
import { lenient } from "../../proto/smtp/leniency.ts";
import type { ReversePath } from "../../proto/smtp/path.ts";
import type { Body } from "../../spool/spool.ts";
import { type Spooled, trouble } from "../../spool/trouble.ts";

/** As the spool has it. */
export interface LocalMail {
  readonly id: string;
  readonly receivedMs: number;
  /** "" for the null sender. */
  readonly sender: string;
  /** All that are to get it in this folder, and no others. */
  readonly recipients: readonly string[];
  readonly body: Body;
}

/** The path of the file, which is on the disk. Every trouble passes: the message is tried again. */
export type LocalDelivery = (folder: string, mail: LocalMail) => Promise<Spooled<string>>;

export interface LocalEnvelope {
  readonly sender: ReversePath;
  readonly recipients: readonly Mailbox[];
}

export function localEnvelope({ sender, recipients }: LocalMail): Spooled<LocalEnvelope> {
  const people: Mailbox[] = [];
  for (const recipient of recipients) {
    const mailbox = parseMailbox(recipient, lenient);
    if (!mailbox.ok) return bad(trouble("failed", `${recipient} is no address: ${mailbox.error}`));
    people.push(mailbox.value);
  }
  if (sender === "") return good({ sender: null, recipients: people });
  const from = parseMailbox(sender, lenient);
  return from.ok
    ? good({ sender: from.value, recipients: people })
    : bad(trouble("failed", `${sender}: ${from.error}`));
}

/** The same for the same people, so that what is delivered again after a crash takes the place of the first. */
export const localName = ({ id, recipients }: LocalMail): string =>
  `${id}-${crc32(recipients.toSorted().join("\n")).toString(16).padStart(8, "0")}`;
