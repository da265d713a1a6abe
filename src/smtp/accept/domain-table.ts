// Finds what a site says of the domain of a recipient: the domain itself, the nearest `*.` above it, or nothing. Made once
// per change of settings; a lookup walks up the labels of the name.

import type { Mailbox } from "../../proto/smtp/address.ts";
import { domainKey } from "../../proto/smtp/domain.ts";
import type { DomainValues } from "./domain-section.ts";

export type Domain = LocalDomain | RemoteDomain;

export interface LocalDomain {
  readonly is: "local";
  /** As the site names it: "*.example.org" too. */
  readonly name: string;
  /** Where its mail is kept: its own name, or the default domain that it is an alias of. */
  readonly keptAs: string;
  /** In small letters; undefined where every name is taken. */
  readonly recipients: ReadonlySet<string> | undefined;
}

export interface RemoteDomain {
  readonly is: "remote";
  readonly name: string;
  /** Mail for it is taken from everybody. */
  readonly relay: boolean;
}

export class DomainTable {
  /** Of addresses that name none; its mail stays here whatever else is said (as IIS had it). */
  readonly defaultDomain: string;
  private readonly domains = new Map<string, Domain>();

  constructor(defaultDomain: string, named: Readonly<Record<string, DomainValues>>) {
    this.defaultDomain = domainKey(defaultDomain);
    this.domains.set(this.defaultDomain, localDomain(this.defaultDomain, this.defaultDomain, null));
    for (const [written, values] of Object.entries(named)) {
      const name = domainKey(written);
      if (name === this.defaultDomain && values.type !== "local") continue;
      this.domains.set(name, domainOf(name, values, this.defaultDomain));
    }
  }

  find({ domain }: Pick<Mailbox, "domain">): Domain | undefined {
    const key = domainKey(domain);
    const own = this.domains.get(key);
    if (own !== undefined) return own;
    for (let dot = key.indexOf("."); dot >= 0; dot = key.indexOf(".", dot + 1)) {
      const above = this.domains.get(`*${key.slice(dot)}`);
      if (above !== undefined) return above;
    }
    return undefined;
  }

  isLocal(domain: string): boolean {
    return this.find({ domain })?.is === "local";
  }

  all(): Iterable<Domain> {
    return this.domains.values();
  }
}

function domainOf(name: string, { type, relay, recipients }: DomainValues, defaultDomain: string): Domain {
  switch (type) {
    case "local":
      return localDomain(name, name, recipients);
    case "alias":
      return localDomain(name, defaultDomain, recipients);
    case "remote":
      return { is: "remote", name, relay };
    default:
      return type satisfies never;
  }
}

const localDomain = (name: string, keptAs: string, recipients: DomainValues["recipients"]): LocalDomain => ({
  is: "local",
  name,
  keptAs,
  recipients: recipients === null ? undefined : new Set(recipients.map((it) => it.toLowerCase())),
});
