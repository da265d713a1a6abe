// The part of a notice that programs read: what became of each recipient (RFC 3464 §2). Writes it; read-report.ts reads it.
import { isAsciiMailbox, type Mailbox, printMailbox } from "../../address.ts";
import type { OriginalRecipient } from "../../parameters.ts";
import { encodeUtf8Address } from "../../xtext.ts";
import { mailDate } from "../date.ts";
import { newField } from "../header-field.ts";
import { type Part, partOf } from "./part.ts";
import type { Report, ReportedRecipient } from "./report.ts";

/** RFC 3464 §2.1 done, RFC 6533 §4 done. */
export const statusPart = (report: Report): Part =>
  partOf(
    report.utf8 ? "message/global-delivery-status" : "message/delivery-status",
    Buffer.from(statusText(report), "latin1"),
  );

/** RFC 3464 §2.2 done, RFC 3464 §2.3 done: groups of fields with an empty line before each but the first. */
const statusText = (report: Report): string =>
  [messageFields(report), ...report.recipients.map((it) => recipientFields(it, report))]
    .map((fields) => fields.map(([name, value]) => newField(name, value).raw).join(""))
    .join("\r\n");

type Fields = readonly (readonly [name: string, value: string])[];

const messageFields = ({ host, message, offsetMinutes, utf8 }: Report): Fields => [
  ...(message.envelopeId === undefined ? [] : [["Original-Envelope-Id", carried(message.envelopeId, utf8)] as const]),
  ["Reporting-MTA", `dns; ${carried(host, utf8)}`],
  ["Arrival-Date", mailDate(message.arrivedMs, offsetMinutes)],
];

function recipientFields(it: ReportedRecipient, { message, offsetMinutes, utf8 }: Report): Fields {
  const { originalRecipient, remote, lastAttemptMs, retryUntilMs } = it;
  const fields: (readonly [string, string] | undefined)[] = [
    originalRecipient && ["Original-Recipient", originalText(originalRecipient, utf8)],
    ["Final-Recipient", addressText(it.recipient, utf8)],
    ["Action", it.action],
    ["Status", it.status],
    remote && ["Remote-MTA", `dns; ${carried(remote.host, utf8)}`],
    remote && ["Diagnostic-Code", `smtp; ${carried(remote.words, utf8)}`],
    lastAttemptMs === undefined ? undefined : ["Last-Attempt-Date", mailDate(lastAttemptMs, offsetMinutes)],
    ["Final-Log-ID", message.id],
    it.action !== "delayed" || retryUntilMs === undefined
      ? undefined
      : ["Will-Retry-Until", mailDate(retryUntilMs, offsetMinutes)],
  ];
  return fields.filter((field) => field !== undefined);
}

/** RFC 6533 §3 done: what is not ASCII is of the type utf-8, and spelt in ASCII where the way carries nothing else. */
function addressText(mailbox: Mailbox, utf8: boolean): string {
  const text = printMailbox(mailbox);
  if (isAsciiMailbox(mailbox)) return `rfc822; ${text}`;
  return `utf-8; ${utf8 ? text : encodeUtf8Address(text)}`;
}

/** RFC 3461 §5.2.7.1. */
function originalText({ type, address }: OriginalRecipient, utf8: boolean): string {
  const isUtf8 = type.toLowerCase() === "utf-8";
  return `${type}; ${isUtf8 && !utf8 ? encodeUtf8Address(address) : carried(address, utf8)}`;
}

const TEXT_LENGTH_MAX = 1000;

/** Text from elsewhere, at a length that a notice can have, and in letters that this one can carry. */
const carried = (text: string, utf8: boolean): string => {
  const short = text.slice(0, TEXT_LENGTH_MAX);
  return utf8 ? short : short.replace(/[^\0-\x7f]/gu, "?");
};
