// Writes a delivery status notice: a letter for people, fields for programs, and what came back (RFC 3464, RFC 6522). Pure;
// a message that is returned as a whole is not held here, but passed on between the two pieces.
import type { Randomness } from "../../../../base/clock.ts";
import { printMailbox } from "../../address.ts";
import { mailDate } from "../date.ts";
import { decodeEncodedWords, encodeWords } from "../encoded-word.ts";
import { firstValue } from "../header-editor.ts";
import { newField } from "../header-field.ts";
import { mailboxText } from "../header-mailbox.ts";
import type { Header } from "../header-reader.ts";
import { LineMender } from "../line-mender.ts";
import { messageId, messageIdsIn } from "../message-id.ts";
import { toQuotedPrintable } from "../quoted-printable.ts";
import { deliveryStatus } from "./delivery-status.ts";
import { type Report, type ReportAction, type ReportedRecipient, reportActions } from "./report.ts";
import { englishTexts, type ReportFacts, type ReportTexts } from "./report-texts.ts";

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
  const { message, utf8 } = report;
  const withOriginal = returnsWhole(report);
  const letter = linesOf(texts.lines(factsOf(report, withOriginal)));
  const status = Buffer.from(deliveryStatus(report), "latin1");
  const header = withOriginal ? Buffer.alloc(0) : headerText(message.header);
  const originalIsEightBit = withOriginal ? message.whole?.body === "8BITMIME" : hasEightBit(header);
  // RFC 6522 §3: what is around a part of eight bits has them too.
  const isEightBit = originalIsEightBit || hasEightBit(status) || utf8;
  // Not to be guessed: the message that comes back could hold it, and so write parts of our notice.
  const boundary = `=_${report.id}_${random().toString(36).slice(2)}`;
  const open = (name: string, ...fields: readonly string[]) =>
    [`--${boundary}`, `Content-Type: ${name}`, ...fields, "", ""].join("\r\n");
  const encoding = (eight: boolean) => (eight ? ["Content-Transfer-Encoding: 8bit"] : []);
  const returned = withOriginal
    ? open(utf8 ? "message/global" : "message/rfc822", ...encoding(originalIsEightBit))
    : open(utf8 ? "message/global-headers" : "text/rfc822-headers", ...encoding(originalIsEightBit));
  const before = Buffer.concat([
    Buffer.from(topFields(report, texts, boundary, isEightBit), "latin1"),
    Buffer.from(`\r\n${open("text/plain; charset=utf-8", ...letterFields(letter, texts))}${letterBody(letter)}\r\n`),
    Buffer.from(
      open(utf8 ? "message/global-delivery-status" : "message/delivery-status", ...encoding(hasEightBit(status))),
    ),
    status,
    Buffer.from(`\r\n${returned}`),
    header,
  ]);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  return { before, withOriginal, after, body: isEightBit ? "8BITMIME" : "7BIT", smtpUtf8: utf8 };
}

/** RFC 3461 §4.3 done: RET speaks of failures only; and what is binary cannot stand within a notice that is not. */
const returnsWhole = ({ message, recipients }: Report): boolean =>
  message.whole !== undefined &&
  message.whole.body !== "BINARYMIME" &&
  recipients.some(({ action }) => action === "failed");

function topFields(report: Report, texts: ReportTexts, boundary: string, isEightBit: boolean): string {
  const { message } = report;
  const about = subjectOf(message.header);
  const subject = texts.subject(worstOf(report.recipients), about);
  const [original] = messageIdsIn(firstValue(message.header, "Message-ID") ?? "");
  const fields: (readonly [string, string])[] = [
    ["From", mailboxText({ displayName: texts.fromName, ...report.from })],
    ["To", printMailbox(report.to)],
    ["Subject", encodeWords(subject)],
    ["Date", mailDate(report.atMs, report.offsetMinutes)],
    ["Message-ID", messageId(report.id, report.host)],
    // Mail programs show the notice beside the message it is about.
    ...(original === undefined
      ? []
      : ([
          ["In-Reply-To", original],
          ["References", original],
        ] as const)),
    ["Auto-Submitted", "auto-replied"], // RFC 3834 §5: holidays are not told to it
    ["MIME-Version", "1.0"],
    ["Content-Type", `multipart/report; report-type=delivery-status; boundary="${boundary}"`],
    ...(isEightBit ? ([["Content-Transfer-Encoding", "8bit"]] as const) : []),
  ];
  return fields.map(([name, value]) => newField(name, value).raw).join("");
}

const worstOf = (recipients: readonly ReportedRecipient[]): ReportAction =>
  reportActions.find((action) => recipients.some((it) => it.action === action)) ?? "failed";

const SUBJECT_LENGTH_MAX = 200;

/** Shown within a sentence, so without what would end or turn it. */
const subjectOf = (header: Header): string =>
  shown(decodeEncodedWords(firstValue(header, "Subject") ?? ""), SUBJECT_LENGTH_MAX);

const WORDS_LENGTH_MAX = 500;

function shown(text: string, lengthMax: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return plain.length <= lengthMax ? plain : `${[...plain.slice(0, lengthMax)].slice(0, -1).join("")}…`;
}

const factsOf = ({ host, message, offsetMinutes, recipients }: Report, whole: boolean): ReportFacts => ({
  host,
  messageId: message.id,
  about: subjectOf(message.header),
  arrivedMs: message.arrivedMs,
  offsetMinutes,
  returned: whole ? "whole" : "header",
  groups: reportActions
    .map((action) => ({
      action,
      recipients: recipients
        .filter((it) => it.action === action)
        .map(({ recipient, status, remote, retryUntilMs }) => ({
          address: shown(printMailbox(recipient), WORDS_LENGTH_MAX),
          status,
          ...(remote && { remote: { host: remote.host, words: shown(remote.words, WORDS_LENGTH_MAX) } }),
          ...(retryUntilMs !== undefined && { retryUntilMs }),
        })),
    }))
    .filter((group) => group.recipients.length > 0),
});

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join("");
const isPlain = (letter: string): boolean => /^[\r\n -~]*$/.test(letter);
const letterFields = (letter: string, { language }: ReportTexts): readonly string[] => [
  `Content-Language: ${language}`,
  ...(isPlain(letter) ? [] : ["Content-Transfer-Encoding: quoted-printable"]),
];
const letterBody = (letter: string): string => (isPlain(letter) ? letter : toQuotedPrintable(letter));

const HEADER_BYTES_MAX = 32 * 1024;

/** Whole fields, as many as there is room for. */
function headerText({ fields }: Header): Buffer {
  const kept: string[] = [];
  let bytes = 0;
  for (const { raw } of fields) {
    bytes += raw.length;
    if (bytes > HEADER_BYTES_MAX) break;
    kept.push(raw);
  }
  const mender = new LineMender();
  return Buffer.concat([mender.push(Buffer.from(kept.join(""), "latin1")), mender.finish()]);
}

const hasEightBit = (bytes: Buffer): boolean => bytes.some((byte) => byte > 0x7f);
