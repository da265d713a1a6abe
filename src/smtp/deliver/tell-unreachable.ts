// Tells an operator that mail cannot be handed over, once for each destination and row of failures: at once where somebody
// has to mend a setting, and after the short tries where the other side is only away.
import { about } from "../../base/fault.ts";
import { localTime } from "../../base/local-time.ts";
import type { Report } from "../../event/event.ts";
import type { DeliverySite } from "./delivery-site.ts";
import { deliverEvents } from "./events.ts";
import type { Lane } from "./lane.ts";
import type { NoWay } from "./open-way.ts";

export function tellUnreachable(report: Report, site: DeliverySite, lane: Lane, why: NoWay, againMs: number): void {
  const { failures, destination } = lane;
  const subject = about("site", site.path);
  const facts = { destination, because: why.fate.words, setting: why.way.setting };
  const remote = why.remote === "" ? "no host is known" : why.remote;
  if (why.stage === "login" && failures === 1) return report(deliverEvents.loginRefused, subject, { ...facts, remote });
  if (why.stage === "certificate" && failures === 1)
    return report(deliverEvents.certificateNotShown, subject, { ...facts, certificate: why.way.certificate ?? "" });
  if (why.stage === "secure" && failures === 1) return report(deliverEvents.notSecure, subject, { ...facts, remote });
  // Of domains of others there are many, and most that are away stay away: only hosts that somebody has set are told of.
  if (why.way.hosts === undefined || failures !== site.policy.schedule.glitchRetries + 1) return;
  const again = localTime(againMs);
  // RFC 3463 §3.5: a directory server failed. Not a host that is known and does not answer.
  if (why.stage === "lookup" && why.fate.reply.enhanced === "4.4.3")
    return report(deliverEvents.hostUnknown, subject, { ...facts, again });
  report(deliverEvents.hostAway, subject, { ...facts, remote, again });
}
