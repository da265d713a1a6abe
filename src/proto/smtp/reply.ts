// What a server answers, as data, and as the lines that cross the wire. Pure. Whatever the words are made of, no reply
// breaks a line: what is no printable ASCII becomes a question mark.

export interface Reply {
  readonly code: number;
  /** RFC 3463: "5.7.1". */
  readonly enhanced?: string;
  /** At least one; words only, without codes. */
  readonly lines: readonly string[];
}

export const say = (code: number, enhanced: string, ...lines: readonly string[]): Reply => ({ code, enhanced, lines });
/** RFC 2034 §4: greetings, EHLO and what asks for more have no enhanced code. */
export const sayPlainly = (code: number, ...lines: readonly string[]): Reply => ({ code, lines });

/** RFC 5321 §4.5.3.1.5: 512 octets with code and line end; what is longer goes on in a line of its own. */
const TEXT_LENGTH_MAX = 480;
/** Printable, and with no space at its end. */
const PLAIN_LINE = /^[ -~]*[!-~]$/;

/** RFC 5321 §4.2.1 done, RFC 2034 §4 done: the enhanced code stands in each line. */
export function printReply({ code, enhanced, lines }: Reply): string {
  const words = enhanced === undefined ? "" : `${enhanced} `;
  const told = lines.length === 0 ? [""] : lines;
  // RFC 4954 §4: a challenge is one line, may be far longer than others, and keeps its space when it is empty (msmtp).
  if (code === 334) return `334 ${told.join("")}\r\n`;
  const [first = "", second] = told;
  // Nearly all are: one line that can stand as it is.
  if (second === undefined && first.length <= TEXT_LENGTH_MAX && PLAIN_LINE.test(first))
    return `${code} ${words}${first}\r\n`;
  const all = told.flatMap(pieces);
  return all
    .map((line, index) => `${`${code}${index + 1 < all.length ? "-" : " "}${words}${line}`.trimEnd()}\r\n`)
    .join("");
}

/** On one line, for logs and notices: `550 5.1.1 No such user`. */
export const replyText = ({ code, enhanced, lines }: Reply): string =>
  [`${code}`, ...(enhanced === undefined ? [] : [enhanced]), ...lines].filter((it) => it !== "").join(" ");

export type Outcome = "done" | "more" | "later" | "never";

/** RFC 5321 §4.2.1: what the first digit says. */
export function outcomeOf({ code }: Reply): Outcome {
  if (code < 300) return "done";
  if (code < 400) return "more";
  return code < 500 ? "later" : "never";
}

function pieces(line: string): readonly string[] {
  const plain = line.replaceAll(/[^ -~]/gu, "?");
  if (plain.length <= TEXT_LENGTH_MAX) return [plain];
  return plain.match(new RegExp(`.{1,${TEXT_LENGTH_MAX}}`, "g")) ?? [];
}
