// What a test is to do: from whom, to whom, and by which ways in turn, with the reason for the first of them. The ways are
// those that the deliverer would take; only who names a route or a host has another. Pure.
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Mailbox, printMailbox } from "../../proto/smtp/address.ts";
import { isInDomain } from "../../proto/smtp/domain.ts";
import { type PathRules, parseForwardPath, parseReversePath, type ReversePath } from "../../proto/smtp/path.ts";
import type { TrialQuestion } from "../../proto/smtp/trial.ts";
import { fitsPattern } from "../../schema/kinds/place.ts";
import { SessionRules } from "../accept/session-rules.ts";
import { destinationOf, domainOf, type Leg, legsFor } from "../deliver/choose-route.ts";
import { mailHosts } from "../deliver/mail-host.ts";
import type { Way } from "../deliver/policy.ts";
import { shownSender } from "../house-domain.ts";
import type { MailSite } from "../mail-site.ts";

export interface TrialPlan {
  readonly sender: ReversePath;
  readonly recipient: Mailbox;
  readonly legs: readonly Leg[];
  /** Why the first leg is the first. */
  readonly because: string;
}

/** As a session on this machine would read addresses. */
const HERE = "127.0.0.1";

/** The error says what makes no sense. */
export function planTrial(question: TrialQuestion, site: MailSite): Result<TrialPlan, string> {
  const { hostName, domains, values } = site;
  const { defaultDomain } = domains;
  const paths: PathRules = new SessionRules(hostName, defaultDomain, values).for(HERE);
  const sender = parseReversePath(withoutBrackets(question.from ?? "postmaster"), paths);
  if (!sender.ok) return bad(`The sender ${question.from} is no address: ${sender.error}`);
  const recipient = parseForwardPath(withoutBrackets(question.to), paths);
  if (!recipient.ok) return bad(`The recipient ${question.to} is no address: ${recipient.error}`);
  const people = { sender: shownSender(site, sender.value), recipient: recipient.value };
  const ways = waysFor(question, site, people);
  return ways.ok ? good({ ...people, ...ways.value }) : ways;
}

const withoutBrackets = (text: string): string => /^<(.*)>$/s.exec(text)?.[1] ?? text;

type Ways = Result<Pick<TrialPlan, "legs" | "because">, string>;

function waysFor(
  { route, host }: TrialQuestion,
  site: MailSite,
  people: Pick<TrialPlan, "sender" | "recipient">,
): Ways {
  const { policy, name, domains, path } = site;
  const { sender, recipient } = people;
  const question = { sender: sender === null ? "" : printMailbox(sender), recipient: printMailbox(recipient) };
  if (host !== undefined) return byHost(host, site);
  if (route !== undefined) {
    if (!policy.routes.has(route))
      return bad(`${path} has no route ${route}${didYouMean(route, [...policy.routes.keys()])}`);
    return good({ legs: legsFor(policy, `route:${name}/${route}`, question), because: "it was asked for" });
  }
  if (domains.isLocal(recipient.domain))
    return bad(
      `${recipient.domain} is a domain of ${path} itself, and mail for it stays here. Test with an address elsewhere, or name a way: --route, --host`,
    );
  const legs = legsFor(policy, destinationOf(policy, name, question), question);
  const [first] = legs;
  return good({ legs, because: first === undefined ? "" : reasonFor(first.way, site, question) });
}

function byHost(host: string, { policy }: MailSite): Ways {
  const hosts = mailHosts.decode(host);
  if (!hosts.ok) return bad(`${host} is no host: it needs ${mailHosts.wish}`);
  const way: Way = { ...policy.direct, name: "host", hosts: hosts.value };
  return good({ legs: [{ way, to: { is: "hosts", hosts: hosts.value } }], because: "it was asked for" });
}

function reasonFor(way: Way, { policy, path }: MailSite, question: { sender: string; recipient: string }): string {
  const route = [...policy.routes.values()].find((it) => it === way);
  if (route !== undefined) {
    const domain = domainOf(question.recipient);
    const fitting = [
      ...route.domains.filter((it) => isInDomain(domain, it)).map((it) => `mail to ${it}`),
      ...route.senders.filter((it) => fitsPattern(it, question.sender)).map((it) => `mail from ${it}`),
    ];
    return `${route.setting} is for ${fitting.join(" and ")}`;
  }
  const noRoute = policy.routes.size === 0 ? "" : ", and no route is for this mail";
  if (way === policy.smartHost) return `${path}/smartHost is set${noRoute}`;
  if (policy.smartHost !== undefined) return `${path}/directFirst is on${noRoute}`;
  return `${path}/smartHost is not set${noRoute}`;
}
