// How the lines of a protocol are read by those who only watch: what they say for the access log, and what an answer
// means for numbers and limits. One row for each way of speaking; a password is never written down.
import type { FailureKind } from "../net/access/refusal-reasons.ts";
import type { AccessRecord } from "../net/access-log/record.ts";

export type Outcome = "done" | "refused" | "failed";

export interface Protocol {
  /** The verb of a line that begins something; "" where it has none. */
  verbOf(line: string): string;
  /** Puts what a line with this verb says into the slots of the record, which go out with the next answer. */
  tell(line: string, verb: string, record: AccessRecord): void;
  /** The code of an answer; NaN where it has none. */
  statusOf(reply: string): number;
  /** Refused because of what was asked or who asked; failed because of this server. */
  outcomeOf(status: number): Outcome;
  failureOf(verb: string, status: number): FailureKind | undefined;
  /** The last words to an address that asks too often. */
  readonly tooMuch: string;
}

export const HIDDEN = "***";

/** Verb and argument, as in FTP, SMTP and NNTP. */
const commands = {
  // What is no verb may be a password that came at the wrong moment.
  verbOf(line: string): string {
    const end = line.indexOf(" ");
    const word = end < 0 ? line : line.slice(0, end);
    return VERB.test(word) ? word.toUpperCase() : "";
  },
  statusOf: (reply: string): number => (STATUS.test(reply) ? Number(reply.slice(0, 3)) : Number.NaN),
};
const VERB = /^[A-Za-z-]{1,20}$/;
const STATUS = /^\d{3}/;

/** Where IIS wrote the argument of a command of FTP and news; in mail it was the query. */
function tellStem(line: string, verb: string, record: AccessRecord): void {
  record.method = verb;
  record.uriStem = withoutSecret(verb, argumentOf(line, verb));
}

function tellQuery(line: string, verb: string, record: AccessRecord): void {
  record.method = verb;
  record.uriQuery = withoutSecret(verb, argumentOf(line, verb));
}

/** Nearly always one blank stands before it: to trim what needs it not would be a third of what a record costs. */
function argumentOf(line: string, verb: string): string {
  if (verb === "") return "";
  const at = verb.length + 1;
  const begins = line.charCodeAt(at);
  if (begins > 0x20 && begins < 0x7f) return line.slice(at);
  return at >= line.length ? "" : line.slice(at).trimStart();
}

/** USER and AUTHINFO USER name an account and stay; what a mechanism says at once holds the password. */
function withoutSecret(verb: string, argument: string): string {
  switch (verb) {
    case "PASS":
    case "ACCT":
      return HIDDEN;
    case "AUTH":
      return argument.replace(/^(\S+) .*$/s, `$1 ${HIDDEN}`);
    case "AUTHINFO":
      return argument.replace(/^(pass|generic) .*$/is, `$1 ${HIDDEN}`).replace(/^(sasl \S+) .*$/is, `$1 ${HIDDEN}`);
    default:
      return argument;
  }
}

/** RFC 5321 §4.2.1, RFC 959 §4.2: 4 is a passing trouble of the server, 5 a refusal. */
const mailOutcome = (status: number): Outcome => (status < 400 ? "done" : status < 500 ? "failed" : "refused");
const failureBy =
  (isLogin: (verb: string, status: number) => boolean) =>
  (verb: string, status: number): FailureKind | undefined => {
    if (isLogin(verb, status)) return "failed-login";
    return status >= 500 ? "client-error" : undefined;
  };

export const smtpProtocol: Protocol = {
  ...commands,
  tell: tellQuery,
  outcomeOf: mailOutcome,
  failureOf: failureBy((_, status) => status === 535),
  tooMuch: "421 4.7.0 Too many commands, try again later\r\n",
};

export const ftpProtocol: Protocol = {
  ...commands,
  tell: tellStem,
  outcomeOf: mailOutcome,
  failureOf: failureBy((verb, status) => verb === "PASS" && status === 530),
  tooMuch: "421 Too many commands, try again later\r\n",
};

/** RFC 3977 §3.2.1: 4 is also what is not there, such as an article; only these are troubles of the server. */
const newsTroubles: ReadonlySet<number> = new Set([400, 403, 436]);

export const nntpProtocol: Protocol = {
  ...commands,
  tell: tellStem,
  outcomeOf: (status) => (status < 400 ? "done" : newsTroubles.has(status) ? "failed" : "refused"),
  failureOf: failureBy((_, status) => status === 481),
  tooMuch: "400 Too many commands, try again later\r\n",
};
