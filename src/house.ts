// Everything that is derived from the list of services (services.ts): the model of the configuration, the catalogue of events
// and the operations.
import { hostname } from "node:os";
import { accountChecks } from "./account/checks.ts";
import { accountEvents } from "./account/events.ts";
import { accountSection } from "./account/settings.ts";
import { systemClock } from "./base/clock.ts";
import { certificateEvents } from "./certificate/events.ts";
import { certificateSection } from "./certificate/settings.ts";
import { type Catalogue, catalogue } from "./event/catalogue.ts";
import { logEvents } from "./event/events.ts";
import { metabaseEvents } from "./metabase/events.ts";
import { netEvents } from "./net/events.ts";
import { releaseEvents } from "./release/events.ts";
import { type Model, model } from "./schema/section.ts";
import { sealEvents } from "./seal/events.ts";
import { runErrand } from "./service/errand.ts";
import { logFolderChecks } from "./service/log-folder-checks.ts";
import type { Service } from "./service/service.ts";
import { sharedLogChecks } from "./service/shared-log-checks.ts";
import { services as loaders } from "./services.ts";
import { explainAt } from "./smtp/explain-relay.ts";
import { smtpService } from "./smtp/service.ts";
import { spoolEvents } from "./spool/events.ts";
import type { Checks } from "./supervisor/configuration.ts";
import { supervisorEvents } from "./supervisor/events.ts";
import type { Operation } from "./supervisor/operation.ts";
import { accountOperations, blockOperations } from "./supervisor/operations/account-operations.ts";
import { badmailOperations } from "./supervisor/operations/badmail-operations.ts";
import { certificateOperations } from "./supervisor/operations/certificate-operations.ts";
import { configOperations } from "./supervisor/operations/config-operations.ts";
import type { AtHome, Configured } from "./supervisor/operations/configured.ts";
import { keyOperations } from "./supervisor/operations/key-operations.ts";
import { type Measuring, metricsOperations } from "./supervisor/operations/metrics-operations.ts";
import { queueOperations } from "./supervisor/operations/queue-operations.ts";
import { releaseOperations, releaseOperationsAtHome } from "./supervisor/operations/release-operations.ts";
import { type Running, serviceOperations } from "./supervisor/operations/service-operations.ts";
import { smtpOperations } from "./supervisor/operations/smtp-operations.ts";
import { smtpTestAtHome, smtpTestOperation } from "./supervisor/operations/smtp-test-operation.ts";
import { traceOperations } from "./supervisor/operations/trace-operations.ts";
import { websiteOperations } from "./supervisor/operations/website-operations.ts";
import { wwwOperations } from "./supervisor/operations/www-operations.ts";
import { serverSection } from "./supervisor/server-settings.ts";
import { siteOutline } from "./www/directories/site-outline.ts";
import { firstPage } from "./www/welcome.ts";
import { explainUrl } from "./www/why/explain-url.ts";

const services: readonly Service[] = await Promise.all(Object.values(loaders).map((load) => load()));

export interface House {
  readonly services: readonly Service[];
  readonly model: Model;
  readonly checks: Checks;
  readonly catalogue: Catalogue;
  readonly operations: readonly Operation<Running & Configured & Measuring>[];
  /** Those that need no running server. */
  readonly offlineOperations: readonly Operation<AtHome>[];
}

/** Where no server runs nothing is shared with other sites. */
const testAtHome = smtpTestAtHome(async () => {
  const doer = { service: smtpService, engine: await smtpService.engine() };
  return (order, certificates, { tell, gone }) =>
    runErrand(doer, order, { clock: systemClock, common: undefined, certificates, tell, gone });
});
const webOperations = [...wwwOperations(explainUrl), ...websiteOperations({ outline: siteOutline, firstPage })];
const mailOperations = smtpOperations((question, site) => explainAt(question, site, hostname()));

export const house: House = {
  services,
  model: model([serverSection, accountSection, certificateSection, ...services.map((it) => it.section)]),
  checks: (home) => [
    ...accountChecks,
    ...logFolderChecks(home, services),
    ...sharedLogChecks(services.map((it) => it.name)),
    ...services.flatMap((it) => it.checks?.(home) ?? []),
  ],
  catalogue: catalogue({
    supervisor: supervisorEvents,
    release: releaseEvents,
    metabase: metabaseEvents,
    seal: sealEvents,
    event: logEvents,
    net: netEvents,
    account: accountEvents,
    certificate: certificateEvents,
    spool: spoolEvents,
    ...Object.fromEntries(services.map((it) => [it.name, it.events])),
  }),
  operations: [
    ...serviceOperations,
    ...releaseOperations,
    ...metricsOperations,
    ...configOperations,
    ...keyOperations,
    ...certificateOperations,
    ...accountOperations,
    ...blockOperations,
    ...traceOperations(services),
    ...webOperations,
    ...mailOperations,
    smtpTestOperation,
    ...queueOperations,
    ...badmailOperations,
  ],
  offlineOperations: [
    ...releaseOperationsAtHome,
    ...configOperations,
    ...keyOperations,
    ...certificateOperations,
    ...accountOperations,
    ...traceOperations(services),
    ...webOperations,
    ...mailOperations,
    testAtHome,
    ...queueOperations,
    ...badmailOperations,
  ],
};
