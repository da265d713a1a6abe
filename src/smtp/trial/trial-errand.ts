// The test message as an errand of the service: from the words that crossed to the question, and from the site as it is set
// to the world in which a message is sent. The deliverer's other sites are there too, where this runs beside it.
import { hostname } from "node:os";
import { secureRandomness } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { good } from "../../base/result.ts";
import { noAccessLog } from "../../net/access-log/access-log.ts";
import { TraceSource } from "../../net/trace-id.ts";
import type { TrialQuestion } from "../../proto/smtp/trial.ts";
import type { Errand } from "../../service/service.ts";
import { connectRemote } from "../deliver/connect-remote.ts";
import { Resolvers } from "../deliver/resolvers.ts";
import { wayWorld } from "../deliver/way-world.ts";
import { MailCommon } from "../mail-common.ts";
import { type MailSite, mailSite } from "../mail-site.ts";
import type { SmtpSiteValues } from "../settings.ts";
import { seenSite } from "../site-views.ts";
import { runTrial } from "./run-trial.ts";

export const trialErrand: Errand<SmtpSiteValues> = async (
  ordered,
  given,
  { clock, common, certificates, tell, gone },
) => {
  const open = common instanceof MailCommon ? common.sites : new Map<string, MailSite>();
  const log = open.get(ordered.name)?.log ?? noAccessLog;
  const site = mailSite({ ...ordered, log }, hostname());
  // Asked anew each time: what was just set right in DNS is to be seen.
  const resolvers = new Resolvers(clock);
  const way = wayWorld({
    clock,
    random: secureRandomness,
    resolverFor: (servers) => resolvers.for(servers),
    certificates,
    connect: connectRemote,
    authorities: undefined,
    sites: () => [...open.values(), site].map(seenSite),
  });
  const id = new TraceSource(clock, secureRandomness).next();
  const told = (step: unknown): void => tell(step as JsonObject);
  const end = await runTrial(questionOf(given), site, { clock, way, id, tell: told, gone });
  return end.ok ? good({ ...end.value }) : end;
};

function questionOf({ to, from, subject, route, host, send }: JsonObject): TrialQuestion {
  const text = (it: unknown): string | undefined => (typeof it === "string" ? it : undefined);
  return {
    to: text(to) ?? "",
    from: text(from),
    subject: text(subject),
    route: text(route),
    host: text(host),
    send: send !== false,
  };
}
