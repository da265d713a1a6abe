// What the operations on the mail queue answer, and which recipients a question is about. Types and shapes only.
import { sitePath } from "../../metabase/tree/path.ts";
import { duration } from "../../schema/kinds/measure.ts";
import { choice, text } from "../../schema/kinds/plain.ts";
import type { Filter } from "../../spool/filter.ts";
import { type MessageHead, type Status, statusNumbers } from "../../spool/message.ts";
import type { Count, Found, Story, SummaryRow } from "../../spool/spool.ts";
import { type Given, optional } from "../operation.ts";

export interface QueuePage {
  readonly found: readonly Found[];
  /** To be asked for next, null behind the last one. */
  readonly next: { readonly id: string; readonly recipient: number } | null;
  /** All that fit; null on a later page, as the first one has told it. */
  readonly count: Count | null;
}

export interface FoundMessage extends MessageHead {
  /** How many of its recipients fit, and the first of them. */
  readonly recipients: number;
  readonly some: readonly string[];
}

export interface MailFound {
  /** The newest first. */
  readonly messages: readonly FoundMessage[];
  readonly more: boolean;
}

/** Of a message that is exported. */
export interface MessagePiece {
  readonly sizeBytes: number;
  readonly base64: string;
}

export type { Count, Found, MessageHead, Story, SummaryRow };

const statuses = Object.keys(statusNumbers) as readonly Status[];
/** "open" is what is still in the queue, "any" has also what has left. */
export const statusChoice = choice(["open", "any", ...statuses]);
const age = duration({ min: "1s", max: "36500d" });
const words = text({ min: 1, max: 1024 });

/** Any of them, and all that are given must hold. */
export const filterKinds = {
  id: { kind: text({ min: 1, max: 64 }), doc: "The id of a message, or its beginning." },
  sender: { kind: words, doc: "The sender; * stands for anything, <> is the sender of notices." },
  recipient: { kind: words, doc: "The recipient; * stands for anything." },
  domain: { kind: words, doc: "The domain of the recipient." },
  destination: { kind: words, doc: "Where it goes to: a domain or a route, as the summary names it." },
  error: { kind: words, doc: "Part of what the other side said last." },
  site: { kind: text({ min: 1, max: 255 }), doc: "The site that took it." },
  olderThan: { kind: age, doc: "It came longer ago than this." },
  newerThan: { kind: age, doc: "It came within this time." },
  status: { kind: statusChoice, doc: "How it stands; what is in the queue without it." },
  anything: { kind: words, doc: "An id, an address, a domain, or part of an address or of an answer." },
} as const;

export const filterParameters = Object.fromEntries(
  Object.entries(filterKinds).map(([name, { kind, doc }]) => [name, optional(kind, doc)]),
);

export function filterOf(given: Given, nowMs: number): Filter {
  const plain = ["id", "sender", "recipient", "domain", "destination", "error", "anything"] as const;
  const { site, olderThan, newerThan, status } = given;
  return {
    ...Object.fromEntries(plain.flatMap((name) => (given[name] === undefined ? [] : [[name, String(given[name])]]))),
    ...(site !== undefined && { site: pathOf(String(site)) }),
    ...(olderThan !== undefined && { receivedBeforeMs: nowMs - Number(olderThan) }),
    ...(newerThan !== undefined && { receivedSinceMs: nowMs - Number(newerThan) }),
    ...statusOf(status),
  };
}

/** As messages have it: "smtp/sites/default". */
const pathOf = (site: string): string => (site.includes("/") ? site : sitePath("smtp", site));

function statusOf(status: unknown): Pick<Filter, "status"> {
  if (status === undefined || status === "open") return {};
  if (status === "any") return { status: "any" };
  const known = statuses.find((it) => it === status);
  return known === undefined ? {} : { status: [known] };
}
