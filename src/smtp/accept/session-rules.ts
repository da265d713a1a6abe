// How the sessions of a site are to be, in the words of the protocol core: made from its settings once, for those who
// speak as the RFC says and for the listed old devices that cannot. Pure.

import { addressWords, readAddress } from "../../net/access/address-words.ts";
import { RangeIndex } from "../../net/access/range-index.ts";
import { type Leniency, strict } from "../../proto/smtp/leniency.ts";
import { allOfferable, type Offerable, type SiteRules } from "../../proto/smtp/server/rules.ts";
import type { AcceptValues, forgivable } from "./accept-settings.ts";

export class SessionRules {
  private readonly usual: SiteRules;
  private readonly bareLf: SiteRules;
  private readonly bareLfFrom: RangeIndex;

  constructor(name: string, defaultDomain: string, values: AcceptValues) {
    this.usual = rulesOf(name, defaultDomain, values);
    this.bareLf = { ...this.usual, leniency: { ...this.usual.leniency, bareLf: true } };
    this.bareLfFrom = new RangeIndex(values.bareLfFrom);
  }

  for(address: string): SiteRules {
    const family = readAddress(address, words);
    return family !== undefined && this.bareLfFrom.holds(family, words) ? this.bareLf : this.usual;
  }
}

const words = addressWords();

function rulesOf(name: string, ownDomain: string, values: AcceptValues): SiteRules {
  const { messageBytesMax, sessionBytesMax, recipientsMax, messagesMax, errorsMax, requireTls } = values;
  const offers = new Set([...allOfferable].filter((it) => (values.offers as readonly Offerable[]).includes(it)));
  return {
    name,
    ownDomain,
    limits: { messageBytesMax, sessionBytesMax, recipientsMax, messagesMax, errorsMax },
    leniency: Object.assign({}, strict, ...values.forgives.map((it) => ({ [forgiven[it]]: true }))),
    offers,
    tlsRequired: requireTls,
  };
}

const forgiven: Readonly<Record<(typeof forgivable)[number], Exclude<keyof Leniency, "bareLf">>> = {
  "space before address": "spaceBeforePath",
  "no brackets": "missingBrackets",
  "nameless hello": "helloWithoutName",
  "odd hello": "oddHelloName",
  "no hello": "withoutHello",
  "bare addresses": "bareAddresses",
  "loose addresses": "looseAddresses",
};
