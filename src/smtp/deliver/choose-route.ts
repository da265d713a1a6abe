// Which way a message takes: where it is put in the queue, and which hosts are asked in turn when it is tried. Pure. What
// stands in the queue only says what is tried together; the settings of this moment decide how.
import { domainKey, isInDomain } from "../../proto/smtp/domain.ts";
import { fitsPattern } from "../../schema/kinds/place.ts";
import type { MailHost } from "./mail-host.ts";
import type { DeliveryPolicy, Route, Way } from "./policy.ts";

export interface Question {
  /** "" for the null sender. */
  readonly sender: string;
  readonly recipient: string;
}

/** Hosts to be asked by one way; the next leg is for when none of them can be reached. */
export interface Leg {
  readonly way: Way;
  readonly to:
    | { readonly is: "domain"; readonly domain: string }
    | { readonly is: "hosts"; readonly hosts: readonly MailHost[] };
}

const LOCAL = "local:";
const SMART_HOST = "smarthost:";
const ROUTE = "route:";
const LEGS_MAX = 4;

/** What is tried together with what: "example.org", "smarthost:default", "route:default/acme". */
export function destinationOf(policy: DeliveryPolicy, site: string, question: Question): string {
  const domain = domainOf(question.recipient);
  const route = routeFor(policy, { ...question, recipient: domain });
  if (route !== undefined) return routeDestination(site, route.key);
  return policy.smartHost === undefined || policy.directFirst ? domain : `${SMART_HOST}${site}`;
}

export const routeDestination = (site: string, route: string): string => `${ROUTE}${site}/${route}`;
export const localDestination = (domain: string): string => `${LOCAL}${domain}`;
export const localDomainOf = (destination: string): string | undefined =>
  destination.startsWith(LOCAL) ? destination.slice(LOCAL.length) : undefined;

/** What an operator means who reroutes: a route of the site, the smart host, or another domain. */
export function legsFor(policy: DeliveryPolicy, destination: string, question: Question): readonly Leg[] {
  const domain = domainOf(question.recipient);
  const named = destination.startsWith(ROUTE) ? destination.slice(ROUTE.length) : undefined;
  const ordered = named === undefined ? undefined : policy.routes.get(named.slice(named.indexOf("/") + 1));
  const route = ordered ?? routeFor(policy, { ...question, recipient: domain });
  if (route !== undefined) return routeLegs(policy, route, domain);
  const isOwn = named !== undefined || destination.startsWith(SMART_HOST) || destination === domain;
  if (!isOwn) return [leg(policy.direct, destination)];
  const direct = leg(policy.direct, domain);
  if (policy.smartHost === undefined) return [direct];
  const smart = leg(policy.smartHost, domain);
  return policy.directFirst && !destination.startsWith(SMART_HOST) ? [direct, smart] : [smart];
}

/** In the spelling of DNS; an address in brackets stays one. */
export const domainOf = (address: string): string => domainKey(address.slice(address.lastIndexOf("@") + 1));

const leg = (way: Way, domain: string): Leg => ({
  way,
  to: way.hosts === undefined ? { is: "domain", domain } : { is: "hosts", hosts: way.hosts },
});

/** A route that names itself as its fallback, by whatever detour, is tried once. */
function routeLegs(policy: DeliveryPolicy, first: Route, domain: string): readonly Leg[] {
  const taken = new Set<Route>();
  for (let it: Route | undefined = first; it !== undefined && !taken.has(it) && taken.size < LEGS_MAX; ) {
    taken.add(it);
    it = it.fallback === null ? undefined : policy.routes.get(it.fallback);
  }
  return [...taken].map((it) => leg(it, domain));
}

/** The one that says most about the recipient, then about the sender; among equals the first by name. */
function routeFor({ routes }: DeliveryPolicy, { sender, recipient }: Question): Route | undefined {
  let best: { readonly route: Route; readonly rank: number } | undefined;
  for (const route of routes.values()) {
    const rank = rankOf(route, sender, recipient);
    if (rank === undefined) continue;
    const isBetter = best === undefined || rank > best.rank || (rank === best.rank && route.key < best.route.key);
    if (isBetter) best = { route, rank };
  }
  return best?.route;
}

/** No domain weighs as much as a sender pattern can. */
const DOMAIN_WEIGHT = 100_000;

function rankOf({ domains, senders }: Route, sender: string, domain: string): number | undefined {
  if (domains.length === 0 && senders.length === 0) return undefined;
  const byDomain = domains.length === 0 ? 0 : longest(domains.filter((it) => isInDomain(domain, it)));
  const bySender = senders.length === 0 ? 0 : longest(senders.filter((it) => fitsPattern(it, sender)));
  return byDomain === undefined || bySender === undefined ? undefined : byDomain * DOMAIN_WEIGHT + bySender;
}

/** An exact name is longer than any with a star that fits the same domain. */
const longest = (patterns: readonly string[]): number | undefined =>
  patterns.length === 0
    ? undefined
    : Math.max(...patterns.map((it) => (it.startsWith("*") ? it.length - 1 : it.length + 1)));
