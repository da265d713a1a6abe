// A mail site as its settings make it, decoded once: what sessions, the deliverer and the pickup folder read of it. Data
// only; a change of settings makes a new one.
import type { Fault } from "../base/fault.ts";
import { isObject, type JsonObject } from "../base/json.ts";
import type { Result } from "../base/result.ts";
import { type NodeSnapshot, snapshotValues } from "../metabase/read/snapshot.ts";
import type { SiteInput } from "../service/service.ts";
import { type DomainValues, domainSection } from "./accept/domain-section.ts";
import { DomainTable } from "./accept/domain-table.ts";
import { ReadyRule, type RelayPolicy } from "./accept/relay-policy.ts";
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
  /** The settings of the domains that are named, by name. */
  readonly domainValues: Readonly<Record<string, DomainValues>>;
  /** All that lies below the site, in written form. */
  readonly below: JsonObject;
  secret(key: string): Result<string, Fault> | undefined;
}

export type MailSiteInput = Pick<SiteInput<SmtpSiteValues>, "name" | "path" | "values" | "below" | "secret">;

export function mailSite(input: MailSiteInput, machineName: string): MailSite {
  const { name, path, values, below } = input;
  const hostName = values.fullyQualifiedName ?? machineName;
  const domainValues = Object.fromEntries(
    entriesBelow(below, "domains").map(([domain, node]) => [domain, snapshotValues(domainSection, node)]),
  );
  const domains = new DomainTable(values.defaultDomain ?? hostName, domainValues);
  const relay = { loginRequired: values.requireLogin, domains, rules: values.relay.map((it) => new ReadyRule(it)) };
  return { name, path, hostName, values, relay, domains, domainValues, below, secret: (key) => input.secret(key) };
}

/** The entries of a collection below a site; what is in an order was decoded before it was sent. */
export function entriesBelow(below: JsonObject, collection: string): readonly (readonly [string, NodeSnapshot])[] {
  const entries = below[collection];
  return isObject(entries)
    ? Object.entries(entries).map(([name, node]) => [name, node as unknown as NodeSnapshot])
    : [];
}
