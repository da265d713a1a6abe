// How a site of the SMTP service is opened in a worker, and what its sites share there.
import { hostname } from "node:os";
import { secureRandomness } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { roomPath } from "../base/home.ts";
import { bad, good, type Result } from "../base/result.ts";
import { TraceSource } from "../net/trace-id.ts";
import { limitsOf, lineSite } from "../service/line-site.ts";
import { smtpProtocol } from "../service/protocol.ts";
import { defineEngine, type Site, type SiteInput } from "../service/service.ts";
import { openSpool } from "../spool/open-spool.ts";
import { delivererLock } from "../spool/spool-lock.ts";
import { startThreadAhead } from "../spool/start-thread.ts";
import { OPEN_RELAY_WORDS } from "./accept/accept-settings.ts";
import { awayFarewell, dialogueWorld, MailDialogue } from "./accept/mail-dialogue.ts";
import { openRelayReason } from "./accept/open-relay.ts";
import { smtpEvents } from "./events.ts";
import { MailCommon } from "./mail-common.ts";
import { folderTrouble, type MailSite, mailSite } from "./mail-site.ts";
import { openMailWork } from "./mail-work.ts";
import type { SmtpSiteValues } from "./settings.ts";
import { trialErrand } from "./trial/trial-errand.ts";

export const smtpEngine = defineEngine<SmtpSiteValues>({
  prepare: startThreadAhead,
  openCommon: (world) =>
    MailCommon.open(world, {
      folder: roomPath(world.home, "spool"),
      openSpool(folder, { clock, report }) {
        return openSpool(folder, { clock, report, names: new TraceSource(clock, secureRandomness) });
      },
      lock: delivererLock,
      deliver: openMailWork,
    }),
  openSite: (input) => openMailSite(input, hostname()),
  errands: { test: trialErrand },
});

function openMailSite(input: SiteInput<SmtpSiteValues>, machineName: string): Result<Site, Fault> {
  const { values, login, clock, report, metrics } = input;
  const common = input.common instanceof MailCommon ? input.common : undefined;
  if (common === undefined) throw new Error("an SMTP site without what its service shares");
  const site = mailSite(input, machineName);
  const refused = openRelayFault(site, report);
  if (refused !== undefined) return bad(refused);
  const folders = folderTrouble(common.home, site);
  const world = dialogueWorld({ site, spool: common.spool, login, clock, report, metrics }, limitsOf(values));
  const opened = lineSite(input, {
    protocol: smtpProtocol,
    dialogue: (connection) => new MailDialogue(world, connection),
    awayFarewell: awayFarewell(site.hostName),
    faults: [...common.faults, ...site.faults, ...(folders === undefined ? [] : [folders])],
  });
  common.follow(site);
  return good({ ...opened, close: () => common.forget(site) });
}

/** Told in either case: a site that is refused does not open, and one that is wanted so stays a danger. */
function openRelayFault(site: MailSite, report: SiteInput<unknown>["report"]): Fault | undefined {
  const because = openRelayReason(site);
  if (because === undefined) return undefined;
  const { path } = site;
  if (site.values.openRelay === OPEN_RELAY_WORDS) {
    report(smtpEvents.openRelay, about("site", path), { because });
    return undefined;
  }
  report(smtpEvents.openRelayRefused, about("site", path), { because });
  return fault(
    about("site", path),
    `Cannot open ${path}`,
    `it would be an open relay: ${because}`,
    `Name in ${path}/relay only those who may send through it. To be an open relay all the same: inetsrv config set ${path}/openRelay "${OPEN_RELAY_WORDS}"`,
  );
}
