// What a test is to do: from whom, to whom, and by which ways in turn, with the reason for the first of them. The ways are
// those that the deliverer would take; only who names a route or a host has another. Pure.
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { isInDomain } from "../../proto/smtp/domain.ts";
import type { TrialQuestion } from "../../proto/smtp/trial.ts";
import { fitsPattern } from "../../schema/kinds/place.ts";
import {
  destinationOf,
  domainOf,
  type Leg,
  legsFor,
  type Question,
  routeDestination,
} from "../deliver/choose-route.ts";
import { mailHosts } from "../deliver/mail-host.ts";
import type { Way } from "../deliver/policy.ts";
import { shownSender } from "../house-domain.ts";
import type { MailSite } from "../mail-site.ts";
import { readPeople } from "../read-people.ts";
import { type WaitingMail, wayQuestion } from "../waiting-place.ts";

export interface TrialPlan extends WaitingMail {
  readonly legs: readonly Leg[];
  /** Why the first leg is the first. */
  readonly because: string;
}

/** As a session on this machine would read addresses. */
const HERE = "127.0.0.1";

/** The error says what makes no sense. */
export function planTrial(question: TrialQuestion, site: MailSite): Result<TrialPlan, string> {
  const { from = "postmaster", to } = question;
  const read = readPeople({ from, to }, site, HERE);
  if (!read.ok) return read;
  const people = { ...read.value, sender: shownSender(site, read.value.sender) };
  const ways = waysFor(question, site, people);
  return ways.ok ? good({ ...people, ...ways.value }) : ways;
}

type Ways = Result<Pick<TrialPlan, "legs" | "because">, string>;

function waysFor({ route, host }: TrialQuestion, site: MailSite, people: WaitingMail): Ways {
  const { policy, name, domains, path } = site;
  const { domain } = people.recipient;
  const question = wayQuestion(people);
  if (host !== undefined) return byHost(host, site);
  if (route !== undefined) {
    if (!policy.routes.has(route))
      return bad(`${path} has no route ${route}${didYouMean(route, [...policy.routes.keys()])}`);
    return good({ legs: legsFor(policy, routeDestination(name, route), question), because: "it was asked for" });
  }
  if (domains.isLocal(domain))
    return bad(
      `${domain} is a domain of ${path} itself, and mail for it stays here. Test with an address elsewhere, or name a way: --route, --host`,
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

function reasonFor(way: Way, { policy, path }: MailSite, question: Question): string {
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
