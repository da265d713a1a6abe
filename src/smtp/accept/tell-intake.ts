// Counts how each message that came in has ended, and tells what an operator has to know of it. Nothing is decided here.
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { SiteMetrics } from "../../net/metrics/site-metrics.ts";
import { pathText, type ReversePath } from "../../proto/smtp/path.ts";
import { smtpEvents } from "../events.ts";
import { mailCells } from "../metrics.ts";
import type { IntakeOutcome } from "./message-intake.ts";

export interface IntakeFacts {
  /** Node path of the site. */
  readonly site: string;
  readonly address: string;
  readonly sender: ReversePath;
}

/** `report` names the connection. */
export function tellIntake(outcome: IntakeOutcome, facts: IntakeFacts, metrics: SiteMetrics, report: Report): void {
  switch (outcome.is) {
    case "accepted":
      metrics.add(mailCells.messages.accepted);
      metrics.add(mailCells.messageBytes, outcome.bytes);
      return metrics.add(mailCells.recipients, outcome.message.recipients.length);
    case "loop": {
      const { site, address, sender } = facts;
      metrics.add(mailCells.messages.refused);
      return report(smtpEvents.messageLoops, about("site", site), {
        hops: outcome.hops,
        address,
        sender: pathText(sender),
      });
    }
    case "header":
      return metrics.add(mailCells.messages.refused);
    case "trouble":
      return metrics.add(mailCells.messages.failed);
    case "dropped":
      return metrics.add(mailCells.messages.dropped);
    default:
      return outcome satisfies never;
  }
}
