// Whether a site would be an open relay: strangers can reach it, and what it is set to lets them send to anybody. Pure;
// a site that would be one is not opened unless its settings say so twice.
import { isLoopback } from "../../net/ip-address.ts";
import type { AccessRule } from "../../schema/kinds/access.ts";
import type { AddressRange } from "../../schema/kinds/network.ts";
import type { SiteValues } from "../../service/site-settings.ts";
import type { MailSite } from "../mail-site.ts";
import { printRelayRule, type RelayRule } from "./relay-rule.ts";

/** Why it would be one, to be read after a colon; undefined where it would not. */
export function openRelayReason({ values, domains }: Pick<MailSite, "values" | "domains">): string | undefined {
  const reached = reachedBy(values);
  if (reached === undefined || values.requireLogin) return undefined;
  const hole = ruleForEverybody(values.relay) ?? topDomain(domains.all());
  return hole === undefined ? undefined : `${hole}, and it listens on ${reached}`;
}

/** A refusal before it closes the hole only where it is as wide; whoever writes such rules is asked to say so. */
function ruleForEverybody(rules: readonly RelayRule[]): string | undefined {
  const found = rules.findIndex((it) => it.allows && isEverybody(it) && isEverywhere(it.to));
  const rule = rules[found];
  const before = rules.slice(0, Math.max(found, 0)).some((it) => !it.allows && it.who.is === "anybody" && isForAll(it));
  return rule === undefined || before ? undefined : `rule ${found + 1} is ${printRelayRule(rule)}`;
}

const isForAll = ({ from, to }: RelayRule): boolean => from.is === "any" && to.is === "any";

/** `*.com` is as good as everything. */
const isTopDomain = (domain: string): boolean => /^\*\.[^.]+$/.test(domain);
const isEverywhere = (to: RelayRule["to"]): boolean =>
  to.is === "any" || (to.is === "address" && isTopDomain(to.domain));

/** A sender is whoever it says it is: `from` makes a rule no narrower. */
const isEverybody = ({ who }: RelayRule): boolean =>
  who.is === "anybody" || (who.is === "address" && isWide(who.range));

/** Wider than any house or provider: 10.0.0.0/8 and fc00::/7 are private. */
const isWide = ({ address, prefix }: AddressRange): boolean => prefix < (address.includes(":") ? 7 : 8);

function topDomain(domains: ReturnType<MailSite["domains"]["all"]>): string | undefined {
  for (const it of domains)
    if (it.is === "remote" && it.relay && isTopDomain(it.name)) return `mail for ${it.name} is taken from everybody`;
  return undefined;
}

/** Where strangers can connect. */
function reachedBy({ bindings, secureBindings, access, accessUnlisted }: SiteValues): string | undefined {
  const beyond = [...bindings, ...secureBindings].find(({ address }) => !isLoopback(address));
  if (beyond === undefined) return undefined;
  const letsIn =
    accessUnlisted === "allow"
      ? !access.some((it) => !it.allows && isAll(it))
      : access.some((it) => it.allows && isAll(it));
  return letsIn ? `${beyond.address === "*" ? "all addresses of the machine" : beyond.address}` : undefined;
}

const isAll = ({ range }: AccessRule): boolean => range === "*" || isWide(range);
