// The part of a notice that people read: its facts made safe to be shown, its lines wrapped, its letters encoded. What it
// says is in report-texts.ts.
import { printMailbox } from "../../address.ts";
import { decodeEncodedWords } from "../encoded-word.ts";
import { firstValue } from "../header-editor.ts";
import type { Header } from "../header-reader.ts";
import { toQuotedPrintable } from "../quoted-printable.ts";
import type { Part } from "./part.ts";
import { type Report, reportActions } from "./report.ts";
import type { ReportFacts, ReportTexts } from "./report-texts.ts";
import { returnsWhole } from "./returned-part.ts";

/** Always ASCII on its way, so that any mail program can show it. */
export function letterPart(report: Report, texts: ReportTexts): Part {
  const letter = texts
    .lines(factsOf(report))
    .flatMap(wrapped)
    .map((line) => `${line}\r\n`)
    .join("");
  // "=_" begins our boundaries, and never stands in quoted-printable.
  const isPlain = /^[\r\n -~]*$/.test(letter) && !letter.includes("=_");
  return {
    type: "text/plain; charset=utf-8",
    fields: [
      `Content-Language: ${texts.language}`,
      ...(isPlain ? [] : ["Content-Transfer-Encoding: quoted-printable"]),
    ],
    body: Buffer.from(isPlain ? letter : toQuotedPrintable(letter)),
    isEightBit: false,
  };
}

const SUBJECT_LENGTH_MAX = 200;
/** Encoded words take far more room than what they say, and a stranger may send any number of them. */
const SUBJECT_READ_MAX = 20 * SUBJECT_LENGTH_MAX;
const WORDS_LENGTH_MAX = 500;

/** What the message is about, for a sentence. */
export const subjectOf = (header: Header): string =>
  shown(decodeEncodedWords((firstValue(header, "Subject") ?? "").slice(0, SUBJECT_READ_MAX)), SUBJECT_LENGTH_MAX);

/** Without what would end a line, turn it around, or go on for ever. */
function shown(text: string, lengthMax = WORDS_LENGTH_MAX): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return plain.length <= lengthMax ? plain : `${plain.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

const factsOf = (report: Report): ReportFacts => ({
  host: shown(report.host),
  messageId: report.message.id,
  about: subjectOf(report.message.header),
  arrivedMs: report.message.arrivedMs,
  offsetMinutes: report.offsetMinutes,
  returned: returnsWhole(report) ? "whole" : "header",
  groups: reportActions
    .map((action) => ({
      action,
      recipients: report.recipients
        .filter((it) => it.action === action)
        .map(({ recipient, status, remote, retryUntilMs }) => ({
          address: shown(printMailbox(recipient)),
          status,
          ...(remote && { remote: { host: shown(remote.host), words: shown(remote.words) } }),
          ...(retryUntilMs !== undefined && { retryUntilMs }),
        })),
    }))
    .filter((group) => group.recipients.length > 0),
});

const WIDTH = 76;

/** At spaces, as letters were always written: not all who read mail have a program that does it. */
function wrapped(line: string): readonly string[] {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(" ")) {
    if (current.trim() === "") current += word;
    else if (current.length + 1 + word.length <= WIDTH) current += ` ${word}`;
    else {
      lines.push(current);
      current = `${indent}${indent}${word}`;
    }
  }
  return [...lines, current];
}
