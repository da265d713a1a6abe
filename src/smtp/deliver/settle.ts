// What an answer means for a recipient: done, tried again and when, or given up; and what its sender hears of that. Pure;
// the time and the chance are handed in.

import type { RecipientResult } from "../../proto/smtp/client/job.ts";
import { type Heard, heardText } from "../../proto/smtp/client/talk.ts";
import type { ReportAction } from "../../proto/smtp/message/dsn/report.ts";
import { statusOfReply } from "../../proto/smtp/message/dsn/status-of-reply.ts";
import { pauseAfter, type RetrySchedule, standingOf } from "../../proto/smtp/message/schedule.ts";
import { readRecipientParameters } from "../../proto/smtp/parameters.ts";
import { outcomeOf, type Reply } from "../../proto/smtp/reply.ts";
import type { Attempt, MessageHead, Recipient } from "../../spool/message.ts";

/** What came of an attempt, whoever made it. */
export type Fate =
  | { readonly is: "delivered"; readonly words: string; readonly here: boolean; readonly keepsDsn: boolean }
  | { readonly is: "trouble"; readonly reply: Reply; readonly words: string; readonly uncertain: boolean };

export interface Settled {
  readonly recipient: Recipient;
  readonly attempt: Attempt;
  /** What the sender is to be told; undefined for nothing. */
  readonly told: ReportAction | undefined;
  /** RFC 3463. */
  readonly status: string;
  /** The words of a server, when they are one's. */
  readonly words: string | undefined;
}

export interface Moment {
  readonly schedule: RetrySchedule;
  readonly nowMs: number;
  readonly chance: number;
  /** While the destination rests: until then. */
  readonly restsUntilMs?: number | undefined;
}

/** Undefined for who is to be tried again at once. */
export function fateOf(result: RecipientResult): Fate | undefined {
  switch (result.is) {
    case "taken":
      return { is: "delivered", words: heardText(result.heard), here: false, keepsDsn: result.keepsDsn };
    case "refused":
      return troubleFate(result.heard, false);
    case "deferred":
      return troubleFate(result.heard, result.maybeTaken);
    case "next-time":
      return undefined;
    default:
      return result satisfies never;
  }
}

export const troubleFate = (heard: Heard, uncertain = false): Fate => ({
  is: "trouble",
  reply: heard.reply,
  words: heardText(heard),
  uncertain,
});

export function settle(
  { id, receivedMs }: MessageHead,
  recipient: Recipient,
  remote: string,
  fate: Fate,
  moment: Moment,
): Settled {
  const { schedule, nowMs, chance, restsUntilMs } = moment;
  const base = { id, recipient: recipient.index, atMs: nowMs, remote, reply: fate.words };
  const wants = wishesOf(recipient);
  if (fate.is === "delivered") {
    // RFC 3461 §5.2.2 done: a server that knows DSN tells the sender itself.
    const told = wants("SUCCESS") && (fate.here || !fate.keepsDsn) ? (fate.here ? "delivered" : "relayed") : undefined;
    return { recipient, attempt: { ...base, outcome: { is: "delivered" } }, told, status: "2.0.0", words: undefined };
  }
  const status = statusOfReply(fate.reply);
  const words = fate.words;
  const failed = (code: string): Settled => ({
    recipient,
    attempt: { ...base, outcome: { is: "failed" } },
    told: wants("FAILURE") ? "failed" : undefined,
    status: code,
    words,
  });
  if (outcomeOf(fate.reply) === "never") return failed(status);
  const pausedMs = restsUntilMs ?? nowMs + pauseAfter(schedule, recipient.attempts + 1, chance);
  const waiting = { arrivedMs: receivedMs, nextAttemptMs: pausedMs, delayTold: recipient.delayTold };
  const standing = standingOf(schedule, waiting, nowMs);
  // RFC 3463 §3.5: the time for it is over, whatever the last answer was.
  if (standing.kind === "expired") return failed("5.4.7");
  const isTold = standing.kind === "tell-delay";
  const again = isTold ? standingOf(schedule, { ...waiting, delayTold: true }, nowMs) : standing;
  return {
    recipient,
    attempt: {
      ...base,
      outcome: { is: "deferred", untilMs: again.kind === "wait" ? again.untilMs : pausedMs },
      ...(fate.uncertain ? { uncertain: true } : {}),
      ...(isTold ? { delayTold: true } : {}),
    },
    told: isTold && wants("DELAY") ? "delayed" : undefined,
    status,
    words,
  };
}

/** RFC 3461 §4.1: without NOTIFY failures are told, and delays as we think right. */
function wishesOf({ notify }: Recipient): (on: "SUCCESS" | "FAILURE" | "DELAY") => boolean {
  const read = notify === null ? undefined : readRecipientParameters(`NOTIFY=${notify}`, () => true);
  const wanted = read?.ok === true ? read.value.notify : undefined;
  return (on) => (wanted === undefined ? on !== "SUCCESS" : wanted.includes(on));
}
