// A mail site as its settings make it, decoded once: what sessions, the deliverer and the pickup folder read of it. Data
// only; a change of settings makes a new one.
import { about, type Fault, fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { entriesBelow, snapshotValues } from "../metabase/read/snapshot.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import type { SiteInput } from "../service/service.ts";
import { type DomainValues, domainSection } from "./accept/domain-section.ts";
import { DomainTable } from "./accept/domain-table.ts";
import { ReadyRule, type RelayPolicy } from "./accept/relay-policy.ts";
import { type DeliveryPolicy, deliveryPolicy } from "./deliver/policy.ts";
import { domainDropFolder, folderConflict, siteFolders } from "./folders/folder-settings.ts";
import type { SmtpSiteValues } from "./settings.ts";

export interface MailSite {
  readonly name: string;
  /** "smtp/sites/default", as in events and in the source of a message. */
  readonly path: string;
  /** With which it greets, and is named in Received lines. */
  readonly hostName: string;
  readonly values: SmtpSiteValues;
  readonly relay: RelayPolicy;
  readonly domains: DomainTable;
  /** How its mail goes on. */
  readonly policy: DeliveryPolicy;
  readonly log: AccessLog;
  /** Secrets that cannot be opened. */
  readonly faults: readonly Fault[];
  /** The settings of the domains that are named, by name. */
  readonly domainValues: Readonly<Record<string, DomainValues>>;
}

export type MailSiteInput = Pick<SiteInput<SmtpSiteValues>, "name" | "path" | "values" | "below" | "secret" | "log">;

export function mailSite(input: MailSiteInput, machineName: string): MailSite {
  const { name, path, values, below, log } = input;
  const hostName = values.fullyQualifiedName ?? machineName;
  const domainValues = Object.fromEntries(
    entriesBelow(below, "domains").map(([domain, node]) => [domain, snapshotValues(domainSection, node)]),
  );
  const domains = new DomainTable(values.defaultDomain ?? hostName, domainValues);
  const relay = { loginRequired: values.requireLogin, domains, rules: values.relay.map((it) => new ReadyRule(it)) };
  const routes = entriesBelow(below, "routes");
  const password = (key: string): string | undefined => {
    const opened = input.secret(key);
    return opened?.ok ? opened.value : undefined;
  };
  const policy = deliveryPolicy({ path, hostName, values, routes, password });
  const faults = ["smartHostPassword", ...routes.map(([route]) => `routes/${route}/password`)].flatMap((key) => {
    const opened = input.secret(key);
    return opened === undefined || opened.ok ? [] : [opened.error];
  });
  return { name, path, hostName, values, relay, domains, domainValues, policy, log, faults };
}

/** Why no mail is picked up at the site: it would go in a circle. */
export function folderTrouble(home: Home, { name, path, values, domainValues }: MailSite): Fault | undefined {
  const folders = siteFolders(home, name, values);
  const drops = Object.values(domainValues).map((it) => domainDropFolder(home, it.dropFolder, folders.drop));
  const because = folderConflict(folders, drops);
  return because === undefined || !values.pickup
    ? undefined
    : fault(
        about("site", path),
        `Cannot pick up mail from ${folders.pickup}`,
        because,
        `Give ${path}/pickupFolder a folder of its own`,
      );
}
