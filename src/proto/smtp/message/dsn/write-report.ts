// Writes a delivery status notice: a letter for people, fields for programs, and what came back (RFC 3464, RFC 6522). Pure;
// a message that is returned as a whole is not held here, but passed on between the two pieces.
import type { Randomness } from "../../../../base/clock.ts";
import { printMailbox } from "../../address.ts";
import { mailDate } from "../date.ts";
import { encodeWords } from "../encoded-word.ts";
import { firstValue } from "../header-editor.ts";
import { newField } from "../header-field.ts";
import { mailboxText } from "../header-mailbox.ts";
import { messageId, messageIdsIn } from "../message-id.ts";
import { statusPart } from "./delivery-status.ts";
import { letterPart, subjectOf } from "./letter-part.ts";
import type { Part } from "./part.ts";
import { type Report, type ReportAction, reportActions } from "./report.ts";
import { englishTexts, type ReportTexts } from "./report-texts.ts";
import { returnedPart, returnsWhole } from "./returned-part.ts";

export interface WrittenReport {
  readonly before: Buffer;
  /** The original message goes here, all of it as it was accepted; else `before` has all that there is of it. */
  readonly withOriginal: boolean;
  readonly after: Buffer;
  /** How it must be sent on. Its sender in the envelope is the null one, RFC 3464 §2 done. */
  readonly body: "7BIT" | "8BITMIME";
  readonly smtpUtf8: boolean;
}

/** RFC 3464 §2 done, RFC 6522 §3 done. */
export function writeReport(report: Report, random: Randomness, texts: ReportTexts = englishTexts): WrittenReport {
  // Not to be guessed: the message that comes back could hold it, and so write parts of our notice.
  const boundary = `=_${report.id}_${random().toString(36).slice(2)}`;
  const parts = [letterPart(report, texts), statusPart(report), returnedPart(report)];
  // RFC 2045 §6.4: what is around a part of eight bits has them too.
  const isEightBit = parts.some((part) => part.isEightBit);
  const fields = [...addressed(report, texts), ...typed(boundary, isEightBit)];
  return {
    before: Buffer.concat([
      Buffer.from(fields.map(([name, value]) => newField(name, value).raw).join(""), "latin1"),
      ...parts.flatMap((part) => [opening(part, boundary), part.body]),
    ]),
    withOriginal: returnsWhole(report),
    after: Buffer.from(`\r\n--${boundary}--\r\n`),
    body: isEightBit ? "8BITMIME" : "7BIT",
    smtpUtf8: report.utf8,
  };
}

type Fields = readonly (readonly [name: string, value: string])[];

function addressed(
  { host, from, to, id, atMs, offsetMinutes, message, recipients }: Report,
  texts: ReportTexts,
): Fields {
  const [original] = messageIdsIn(firstValue(message.header, "Message-ID") ?? "");
  const answers: Fields = [
    ["In-Reply-To", original ?? ""],
    ["References", original ?? ""],
  ];
  return [
    ["From", mailboxText({ displayName: texts.fromName, ...from })],
    ["To", printMailbox(to)],
    ["Subject", encodeWords(texts.subject(worstOf(recipients), subjectOf(message.header)))],
    ["Date", mailDate(atMs, offsetMinutes)],
    ["Message-ID", messageId(id, host)],
    // Mail programs show the notice beside the message it is about.
    ...(original === undefined ? [] : answers),
  ];
}

const typed = (boundary: string, isEightBit: boolean): Fields => [
  ["Auto-Submitted", "auto-replied"], // RFC 3834 §5 done: nobody's holidays are told to it
  ["MIME-Version", "1.0"],
  ["Content-Type", `multipart/report; report-type=delivery-status; boundary="${boundary}"`],
  ...(isEightBit ? ([["Content-Transfer-Encoding", "8bit"]] as const) : []),
];

/** RFC 2046 §5.1.1: the line end before a boundary belongs to it. */
const opening = ({ type, fields }: Part, boundary: string): Buffer =>
  Buffer.from(["", `--${boundary}`, `Content-Type: ${type}`, ...fields, "", ""].join("\r\n"));

const worstOf = (recipients: Report["recipients"]): ReportAction =>
  reportActions.find((action) => recipients.some((it) => it.action === action)) ?? "failed";
