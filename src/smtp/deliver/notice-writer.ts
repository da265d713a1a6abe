// Writes the notices that attempts cause into the spool, to be committed with what they tell of. It writes to nobody who
// has no address, and so never a notice about a notice (RFC 5321 §6.1); what then is left is for the bad mail.
import type { Clock, Randomness } from "../../base/clock.ts";
import { localOffsetMinutes } from "../../base/local-time.ts";
import { bad, good } from "../../base/result.ts";
import { type Mailbox, parseMailbox, printMailbox, sameMailbox } from "../../proto/smtp/address.ts";
import { lenient } from "../../proto/smtp/leniency.ts";
import type { Report, ReportedRecipient } from "../../proto/smtp/message/dsn/report.ts";
import { type WrittenReport, writeReport } from "../../proto/smtp/message/dsn/write-report.ts";
import { type Header, readHeader } from "../../proto/smtp/message/header-reader.ts";
import type { Body as BodyKind } from "../../proto/smtp/parameters.ts";
import { readRecipientParameters } from "../../proto/smtp/parameters.ts";
import { decodeXtext } from "../../proto/smtp/xtext.ts";
import type { MessageHead, NewMessage, NewRecipient } from "../../spool/message.ts";
import type { Body, Incoming, MailSpool, Notice } from "../../spool/spool.ts";
import { type Spooled, trouble } from "../../spool/trouble.ts";
import type { DeliverySite } from "./delivery-site.ts";
import type { Settled } from "./settle.ts";

export interface NoticeParts {
  readonly spool: MailSpool;
  readonly clock: Clock;
  readonly random: Randomness;
}

const HEADER_BYTES_MAX = 256 * 1024;
const PIECE_BYTES = 256 * 1024;
/** Returned whole although nobody asked: small enough to be no burden, and its sender sees at once what it was. */
const WHOLE_UNASKED_BYTES_MAX = 64 * 1024;
/** Returned whole when the sender asked for it. */
const WHOLE_BYTES_MAX = 10 * 1024 * 1024;

/** The sender, where there is one to be told. */
export function senderOf({ envelope }: MessageHead): Mailbox | undefined {
  const read = parseMailbox(envelope.sender, lenient);
  return read.ok ? read.value : undefined;
}

/** For one record: the spool has taken it over when that is made, well or not. */
export async function writeNotice(
  parts: NoticeParts,
  site: DeliverySite,
  message: MessageHead,
  settled: readonly Settled[],
): Promise<Spooled<Notice>> {
  const body = await parts.spool.body(message.id);
  if (!body.ok) return body;
  if (body.value === null) return bad(trouble("gone", "the message is gone"));
  const notice = await writeAbout(parts, site, message, body.value, settled);
  await body.value.close();
  return notice;
}

async function writeAbout(
  { spool, clock, random }: NoticeParts,
  site: DeliverySite,
  message: MessageHead,
  body: Body,
  settled: readonly Settled[],
): Promise<Spooled<Notice>> {
  const to = senderOf(message);
  if (to === undefined) throw new Error(`message ${message.id} has nobody to be told`);
  const header = await headerOf(body);
  if (!header.ok) return header;
  const incoming = spool.receive();
  const report = reportOf({ site, message, to, settled, id: incoming.id, nowMs: clock.wallMs() }, header.value, body);
  const written = writeReport(report, random);
  const done = await writeAll(incoming, written, body);
  if (!done.ok) {
    await incoming.abandon();
    return done;
  }
  return good({ incoming, message: noticeMessage(site, message, report, written) });
}

interface ReportInput {
  readonly site: DeliverySite;
  readonly message: MessageHead;
  readonly to: Mailbox;
  readonly settled: readonly Settled[];
  readonly id: string;
  readonly nowMs: number;
}

function reportOf({ site, message, to, settled, id, nowMs }: ReportInput, header: Header, body: Body): Report {
  const { envelope } = message;
  const envelopeId = envelope.envid === null ? undefined : decodeXtext(envelope.envid);
  const wholeMax = { full: WHOLE_BYTES_MAX, headers: -1, unasked: WHOLE_UNASKED_BYTES_MAX }[envelope.ret ?? "unasked"];
  return {
    host: site.hostName,
    from: { local: "postmaster", domain: site.hostName },
    to,
    utf8: envelope.smtpUtf8,
    id,
    atMs: nowMs,
    offsetMinutes: localOffsetMinutes(nowMs),
    message: {
      id: message.id,
      arrivedMs: message.receivedMs,
      header,
      ...(envelopeId !== undefined && { envelopeId }),
      ...(body.sizeBytes <= wholeMax && { whole: { body: bodyKinds[envelope.bodyKind] } }),
    },
    recipients: settled.flatMap((it) => reported(it, site, message)),
  };
}

const bodyKinds: Readonly<Record<MessageHead["envelope"]["bodyKind"], BodyKind>> = {
  "7bit": "7BIT",
  "8bitmime": "8BITMIME",
  binarymime: "BINARYMIME",
};

function reported(it: Settled, site: DeliverySite, message: MessageHead): readonly ReportedRecipient[] {
  const recipient = parseMailbox(it.recipient.address, lenient);
  if (it.told === undefined || !recipient.ok) return [];
  const orcpt =
    it.recipient.orcpt === null ? undefined : readRecipientParameters(`ORCPT=${it.recipient.orcpt}`, () => true);
  const original = orcpt?.ok === true ? orcpt.value.originalRecipient : undefined;
  const { remote, atMs } = it.attempt;
  return [
    {
      recipient: recipient.value,
      action: it.told,
      status: it.status,
      lastAttemptMs: atMs,
      ...(original !== undefined && { originalRecipient: original }),
      ...(it.words !== undefined && {
        remote: { host: remote === "" ? site.hostName : hostOf(remote), words: it.words },
      }),
      ...(it.told === "delayed" && { retryUntilMs: message.receivedMs + site.policy.schedule.expiryMs }),
    },
  ];
}

/** "mx1.example.org [192.0.2.1]:25" is for logs; notices name the host. */
const hostOf = (remote: string): string => remote.split(" ")[0] ?? remote;

function noticeMessage(site: DeliverySite, message: MessageHead, report: Report, written: WrittenReport): NewMessage {
  const { policy, path } = site;
  const copyTo = report.recipients.some((it) => it.action === "failed") ? policy.noticeCopyTo : null;
  const people = copyTo === null || sameMailbox(copyTo, report.to) ? [report.to] : [report.to, copyTo];
  return {
    envelope: {
      sender: "",
      ret: null,
      envid: null,
      smtpUtf8: written.smtpUtf8,
      bodyKind: written.body === "8BITMIME" ? "8bitmime" : "7bit",
    },
    source: { site: path, by: "notice", client: "", account: null, trace: message.source.trace },
    facts: { about: message.id },
    priority: "normal",
    recipients: people.map(
      (it): NewRecipient => ({
        address: printMailbox(it),
        destination: site.noticePlace(it),
        notify: null,
        orcpt: null,
      }),
    ),
  };
}

async function headerOf(body: Body): Promise<Spooled<Header>> {
  const read = await body.read(0, HEADER_BYTES_MAX);
  if (!read.ok) return read;
  const found = readHeader(Buffer.from(read.value));
  // What has no header that one can read is told of all the same, without its first lines.
  return good(found.kind === "header" ? found.header : { leading: "", fields: [], blank: "\r\n" });
}

async function writeAll(incoming: Incoming, written: WrittenReport, body: Body): Promise<Spooled<void>> {
  const before = await incoming.write(written.before);
  if (!before.ok) return before;
  if (written.withOriginal) {
    const copied = await copy(body, incoming);
    if (!copied.ok) return copied;
  }
  return await incoming.write(written.after);
}

async function copy(body: Body, incoming: Incoming): Promise<Spooled<void>> {
  for (let at = 0; at < body.sizeBytes; ) {
    const read = await body.read(at, PIECE_BYTES);
    if (!read.ok) return read;
    if (read.value.length === 0) return bad(trouble("failed", "the message is shorter than it was"));
    const written = await incoming.write(read.value);
    if (!written.ok) return written;
    at += read.value.length;
  }
  return good(undefined);
}
