// What a mail server means by the status code in its reply, such as 550 5.7.1 in a notice or a log: the words that a notice of
// ours has for it. Pure.
import { englishStatusWords, wordsFor } from "../proto/smtp/message/dsn/status-words.ts";
import type { AnswerMeaning } from "../service/answer-meaning.ts";

/** RFC 3463, behind a reply code, behind a # as old notices have it, or alone. */
const STATUS = /(?:(?<!\d)[245]\d\d[ -]+|#|^\s*)([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)/;

export function explainReply(text: string): AnswerMeaning | undefined {
  const [, kind, subject, detail] = STATUS.exec(text)?.map(Number) ?? [];
  if (kind === undefined || !(`${subject}.0` in englishStatusWords || `${subject}.${detail}` in englishStatusWords))
    return undefined;
  const status = `${kind}.${subject}.${detail}`;
  return {
    answer: `${status} of a mail server`,
    because: `${wordsFor(status).why} ${kind === 4 ? "It is tried again." : "It is not tried again."}`,
    settings: [],
  };
}
