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

const openings: Readonly<Record<ReportAction, string>> = {
  failed: "could not be delivered to",
  delayed: "has not reached the following yet; we go on trying:",
  delivered: "was delivered to",
  relayed: "was passed on to the next mail server, which sends no confirmations, for",
  expanded: "was passed on to the members of",
};

export const englishTexts: ReportTexts = {
  language: "en",
  fromName: "Mail Delivery",
  subject: (action, about) => (about === "" ? `${subjects[action]}: your message` : `${subjects[action]}: ${about}`),
  lines: (facts) => [...facts.groups.flatMap((group) => groupLines(group, facts)), ...closing(facts)],
};

function groupLines({ action, recipients }: ReportFacts["groups"][number], facts: ReportFacts): readonly string[] {
  const message = facts.about === "" ? "Your message" : `Your message "${facts.about}"`;
  const [only] = recipients;
  const details = recipients.flatMap((it) => recipientLines(action, it, facts, recipients.length > 1));
  if (only !== undefined && recipients.length === 1 && action !== "delayed")
    return [`${message} ${openings[action]} ${only.address}.`, "", ...details];
  return [`${message} ${openings[action]}${action === "delayed" ? "" : " the following:"}`, "", ...details];
}

function recipientLines(
  action: ReportAction,
  it: ShownRecipient,
  facts: ReportFacts,
  among: boolean,
): readonly string[] {
  const name = among || action === "delayed" ? [it.address] : [];
  if (action !== "failed" && action !== "delayed")
    return name.map((line) => `  ${line}`).concat(name.length > 0 ? "" : []);
  const { why, todo } = wordsFor(it.status);
  const until =
    it.retryUntilMs === undefined ? "" : ` It is tried until ${mailDate(it.retryUntilMs, facts.offsetMinutes)}.`;
  return [
    ...name,
    `  Why: ${why}`,
    action === "failed" ? `  What to do: ${todo}` : `  What to do: Nothing. Please do not send it again.${until}`,
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
