// From what came of an attempt to what is written down: the outcomes with the notice that goes with them, or the bad mail
// for what nobody can be told. What cannot be told now is not lost but deferred.
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { Badmail } from "../../proto/smtp/message/badmail.ts";
import type { Attempt, MessageHead } from "../../spool/message.ts";
import type { DeliverySite } from "./delivery-site.ts";
import { deliverEvents } from "./events.ts";
import type { NoticeBrake } from "./notice-brake.ts";
import { type NoticeParts, senderOf, writeNotice } from "./notice-writer.ts";
import type { Conclusion } from "./recorder.ts";
import type { Settled } from "./settle.ts";

export interface ConcludeParts extends NoticeParts {
  readonly report: Report;
  readonly brake: NoticeBrake;
}

/** How long what could not be told waits until its recipient is tried again. */
const AGAIN_MS = 5 * 60_000;

export async function conclude(
  parts: ConcludeParts,
  site: DeliverySite,
  message: MessageHead,
  settled: readonly Settled[],
): Promise<Conclusion> {
  const attempts = settled.map((it) => it.attempt);
  const sender = senderOf(message);
  const failed = settled.filter((it) => it.attempt.outcome.is === "failed");
  if (sender === undefined)
    return failed.length === 0 ? { attempts } : await toBadmail(parts, site, message, settled, failed);
  const told = settled.filter((it) => it.told !== undefined);
  if (told.length === 0) return { attempts };
  const brake = parts.brake.take(message.envelope.sender, parts.clock.wallMs());
  if (brake === "allowed") {
    const write = () => writeNotice(parts, site, message, told);
    return { attempts, notice: { write, otherwise: deferred(parts, settled, told) } };
  }
  if (brake === "first-refused")
    parts.report(deliverEvents.noticesBraked, about("site", site.path), { sender: message.envelope.sender });
  const lost = told.filter((it) => it.told === "failed");
  return lost.length === 0 ? { attempts } : await toBadmail(parts, site, message, settled, lost);
}

async function toBadmail(
  parts: ConcludeParts,
  site: DeliverySite,
  message: MessageHead,
  settled: readonly Settled[],
  failed: readonly Settled[],
): Promise<Conclusion> {
  const attempts = settled.map((it) => it.attempt);
  const body = await parts.spool.body(message.id);
  // With the body gone there is nothing to keep: the spool has told of it, and the story says the rest.
  if (!body.ok || body.value === null) return { attempts };
  const about: Badmail = {
    // The same of the same recipients, should it be kept a second time after a crash.
    id: `${message.id}-${failed[0]?.recipient.index ?? 0}`,
    kind: message.source.by === "notice" ? "undeliverable-report" : "nobody-to-tell",
    atMs: parts.clock.wallMs(),
    reason: failed.map((it) => `${it.recipient.address}: ${it.attempt.reply}`).join("; "),
    sender: message.envelope.sender,
    recipients: failed.map((it) => it.recipient.address),
  };
  const kept = await site.keepBadmail(about, body.value);
  await body.value.close();
  return { attempts: kept.ok ? attempts : deferred(parts, settled, failed) };
}

/** A delivery stays one; what could not be told waits, and is settled anew. */
const deferred = (parts: ConcludeParts, settled: readonly Settled[], untold: readonly Settled[]): readonly Attempt[] =>
  settled.map(({ attempt, ...it }) => {
    const waits = attempt.outcome.is !== "delivered" && untold.some((other) => other.recipient === it.recipient);
    if (!waits) return attempt;
    const { delayTold: _, ...rest } = attempt;
    return { ...rest, outcome: { is: "deferred" as const, untilMs: parts.clock.wallMs() + AGAIN_MS } };
  });
