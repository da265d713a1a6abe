// The letter that people read when their message did not arrive, is late, or did arrive: first what happened, then why in
// plain words, then what to do. English for now; another language is another value of ReportTexts.
import { mailDate } from "../date.ts";
import type { ReportAction } from "./report.ts";
import { wordsFor } from "./status-words.ts";

export interface ReportTexts {
  /** RFC 5646 */
  readonly language: string;
  /** The name beside our address. */
  readonly fromName: string;
  /** `about` is the subject of the message, or empty. */
  subject(action: ReportAction, about: string): string;
  /** Lines without their ends. */
  lines(report: ReportFacts): readonly string[];
}

/** What the letter is written from, made safe to be shown. */
export interface ReportFacts {
  readonly host: string;
  readonly messageId: string;
  readonly about: string;
  readonly arrivedMs: number;
  readonly offsetMinutes: number;
  readonly returned: "header" | "whole";
  /** In the order of reportActions, none empty. */
  readonly groups: readonly { readonly action: ReportAction; readonly recipients: readonly ShownRecipient[] }[];
}

export interface ShownRecipient {
  readonly address: string;
  readonly status: string;
  readonly remote?: { readonly host: string; readonly words: string };
  readonly retryUntilMs?: number;
}

const subjects: Readonly<Record<ReportAction, string>> = {
  failed: "Not delivered",
  delayed: "Not delivered yet",
  delivered: "Delivered",
  relayed: "Passed on",
  expanded: "Passed on to a list",
};

/** Without the point or colon at the end. */
const sentences: Readonly<Record<ReportAction, (message: string, whom: string) => string>> = {
  failed: (message, whom) => `${message} could not be delivered to ${whom}`,
  delayed: (message, whom) => `${message} has not reached ${whom} yet, and we go on trying`,
  delivered: (message, whom) => `${message} was delivered to ${whom}`,
  relayed: (message, whom) =>
    `${message} was passed on to the next mail server, which sends no confirmations, for ${whom}`,
  expanded: (message, whom) => `${message} was passed on to the members of ${whom}`,
};

export const englishTexts: ReportTexts = {
  language: "en",
  fromName: "Mail Delivery",
  subject: (action, about) => (about === "" ? `${subjects[action]}: your message` : `${subjects[action]}: ${about}`),
  lines: (facts) => [...facts.groups.flatMap((group) => groupLines(group, facts)), ...closing(facts)],
};

function groupLines({ action, recipients }: ReportFacts["groups"][number], facts: ReportFacts): readonly string[] {
  const message = facts.about === "" ? "Your message" : `Your message "${facts.about}"`;
  const [first, ...others] = recipients;
  if (first === undefined) return [];
  if (others.length === 0)
    return [`${sentences[action](message, first.address)}.`, "", ...reasonLines(action, first, facts)];
  const each = recipients.flatMap((it) => [it.address, ...reasonLines(action, it, facts)]);
  return [`${sentences[action](message, "the following")}:`, "", ...each, ""];
}

/** Why, and what to do: of what did not arrive. */
function reasonLines(action: ReportAction, it: ShownRecipient, facts: ReportFacts): readonly string[] {
  if (action !== "failed" && action !== "delayed") return [];
  const { why, todo } = wordsFor(it.status);
  const until =
    it.retryUntilMs === undefined ? "" : ` It is tried until ${mailDate(it.retryUntilMs, facts.offsetMinutes)}.`;
  return [
    `  Why: ${why}`,
    `  What to do: ${action === "failed" ? todo : `Nothing. Please do not send it again.${until}`}`,
    ...(it.remote === undefined ? [] : [`  ${it.remote.host} said: ${it.remote.words}`]),
    `  Code: ${it.status}`,
    "",
  ];
}

function closing({ host, messageId, arrivedMs, offsetMinutes, returned }: ReportFacts): readonly string[] {
  return [
    `You handed the message in on ${mailDate(arrivedMs, offsetMinutes)}.`,
    returned === "whole"
      ? "It is attached as a whole."
      : "Its first lines are attached, so that you see which one it was.",
    "",
    `This notice was written by the mail server ${host} by itself; nobody reads answers to it.`,
    `When you ask for help, name this number: ${messageId}`,
  ];
}
