// Hands one message over on an open conversation: the job is made of what the queue holds, and comes back as a fate for
// each recipient. Those that the server takes only in another message get one at once.
import { parseMailbox } from "../../proto/smtp/address.ts";
import type { Job, JobRecipient } from "../../proto/smtp/client/job.ts";
import { fromConnection, heardText, ours } from "../../proto/smtp/client/talk.ts";
import { lenient } from "../../proto/smtp/leniency.ts";
import { readMailParameters, readRecipientParameters } from "../../proto/smtp/parameters.ts";
import type { ReversePath } from "../../proto/smtp/path.ts";
import { outcomeOf } from "../../proto/smtp/reply.ts";
import type { Envelope, Recipient } from "../../spool/message.ts";
import type { Body } from "../../spool/spool.ts";
import type { OutboundSession } from "./outbound-session.ts";
import type { Way } from "./policy.ts";
import { type Fate, fateOf, troubleFate } from "./settle.ts";

/** By recipient; who is not in it was not asked for, and waits as before. */
export type Fates = ReadonlyMap<Recipient, Fate>;

/** `fates` fills as they become known. */
export async function handOver(
  session: OutboundSession,
  way: Way,
  envelope: Envelope,
  recipients: readonly Recipient[],
  body: Body,
  fates: Map<Recipient, Fate>,
): Promise<Fates> {
  let pending: readonly Named[] = recipients.flatMap((recipient) => {
    const job = jobRecipient(recipient);
    if (job === undefined) fates.set(recipient, unreadable);
    return job === undefined ? [] : [{ recipient, job }];
  });
  while (pending.length > 0 && session.takesMore) {
    const results = await session.deliver(jobOf(envelope, way, pending, body), body);
    const again: Named[] = [];
    for (const [index, it] of pending.entries()) {
      const result = results[index];
      const fate = result && fateOf(result);
      if (fate === undefined) again.push(it);
      else fates.set(it.recipient, fate);
    }
    // A server that takes nobody although it takes a message would go on so for ever.
    if (again.length === pending.length) break;
    pending = again;
  }
  return fates;
}

/** Whether a recipient would be taken by this server; the message stays here. */
export async function askWhether(
  session: OutboundSession,
  way: Way,
  envelope: Envelope,
  recipient: Recipient,
  body: Body,
): Promise<Fate> {
  const job = jobRecipient(recipient);
  if (job === undefined) return unreadable;
  const heard = await session.probe(jobOf(envelope, way, [{ recipient, job }], body));
  if (outcomeOf(heard.reply) !== "done") return troubleFate(heard);
  return { is: "delivered", words: heardText(heard), here: false, keepsDsn: false };
}

interface Named {
  readonly recipient: Recipient;
  readonly job: JobRecipient;
}

const unreadable: Fate = troubleFate(ours(553, "5.1.3", "The address cannot be written as one"));

export const bodyGone: Fate = troubleFate(fromConnection("The message could not be read from the spool"));

function jobRecipient({ address, notify, orcpt }: Recipient): JobRecipient | undefined {
  const mailbox = parseMailbox(address, lenient);
  if (!mailbox.ok) return undefined;
  const words = [...(notify === null ? [] : [`NOTIFY=${notify}`]), ...(orcpt === null ? [] : [`ORCPT=${orcpt}`])];
  const read = readRecipientParameters(words.join(" "), () => true);
  return { mailbox: mailbox.value, ...(read.ok ? read.value : {}) };
}

function jobOf(envelope: Envelope, way: Way, pending: readonly Named[], body: Body): Job {
  const words = [
    ...(envelope.ret === null ? [] : [`RET=${envelope.ret === "full" ? "FULL" : "HDRS"}`]),
    ...(envelope.envid === null ? [] : [`ENVID=${envelope.envid}`]),
  ];
  const read = readMailParameters(words.join(" "), () => true);
  const { ret, envelopeId } = read.ok ? read.value : {};
  return {
    sender: senderFor(envelope.sender, way.sender),
    recipients: pending.map((it) => it.job),
    bytes: body.sizeBytes,
    text: { bits: bits[envelope.bodyKind], utf8Headers: envelope.smtpUtf8 },
    dsn: { ...(ret !== undefined && { ret }), ...(envelopeId !== undefined && { envelopeId }) },
    eightBitAnyway: true,
    preferChunks: false,
  };
}

const bits = { "7bit": "seven", "8bitmime": "eight", binarymime: "binary" } as const;

/** Notices keep their null sender whatever a route says, or they would be answered (RFC 5321 §4.5.5). */
export function senderFor(sender: string, rewrite: string | null): ReversePath {
  const own = parseMailbox(sender, lenient);
  if (!own.ok) return null;
  if (rewrite === null) return own.value;
  const other = parseMailbox(rewrite.startsWith("@") ? `x${rewrite}` : rewrite, lenient);
  if (!other.ok) return own.value;
  return rewrite.startsWith("@") ? { local: own.value.local, domain: other.value.domain } : other.value;
}
