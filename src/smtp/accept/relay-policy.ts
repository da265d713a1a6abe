// What a site allows, made ready to be asked for every recipient: the rules in their order, with addresses as numbers.
// Made once per change of settings; it decides about one rule, and relay-decision.ts about a message.
import { addressWords, type Family, readAddress } from "../../net/access/address-words.ts";
import { RangeIndex } from "../../net/access/range-index.ts";
import type { Mailbox } from "../../proto/smtp/address.ts";
import type { ReversePath } from "../../proto/smtp/path.ts";
import type { RelayAccount } from "../../proto/smtp/relay-question.ts";
import type { DomainTable } from "./domain-table.ts";
import { fitsPattern, tellMisfit } from "./mail-pattern.ts";
import { certificateKey, type RelayRule, type RelayWho } from "./relay-rule.ts";

export interface RelayPolicy {
  readonly loginRequired: boolean;
  readonly domains: DomainTable;
  readonly rules: readonly ReadyRule[];
}

/** Who hands a message over. */
export interface Submitter {
  /** Of the connection. */
  readonly address: string;
  readonly account: RelayAccount | undefined;
  /** In a client certificate that was verified. */
  readonly certificateNames: readonly string[];
}

export interface Relaying {
  readonly submitter: Submitter;
  readonly sender: ReversePath;
  readonly recipient: Mailbox;
}

export class ReadyRule {
  readonly rule: RelayRule;
  private readonly range: RangeIndex | undefined;

  constructor(rule: RelayRule) {
    this.rule = rule;
    this.range = rule.who.is === "address" ? new RangeIndex([rule.who.range]) : undefined;
  }

  /** Why it does not fit, as something to be told only where somebody asks; undefined where it fits. */
  misfit({ submitter, sender, recipient }: Relaying): (() => string) | undefined {
    const { who, from, to } = this.rule;
    if (!this.isOf(submitter)) return () => otherThan(who, submitter);
    if (!fitsPattern(from, sender)) return () => tellMisfit(from, sender);
    return fitsPattern(to, recipient) ? undefined : () => tellMisfit(to, recipient);
  }

  /** Whether it is for a certificate with one of these names, in the spelling of `certificateKey`. */
  names(certificates: readonly string[]): boolean {
    const { who } = this.rule;
    return who.is === "certificate" && (who.name === "*" ? certificates.length > 0 : certificates.includes(who.name));
  }

  private isOf({ address, account, certificateNames }: Submitter): boolean {
    const { who } = this.rule;
    switch (who.is) {
      case "anybody":
        return true;
      case "address":
        return this.holds(address);
      case "account":
        return account !== undefined && (who.name === "*" || who.name === account.name);
      case "group":
        return account?.groups.includes(who.name) === true;
      case "certificate":
        return this.names(certificateNames.map(certificateKey));
      default:
        return who satisfies never;
    }
  }

  private holds(address: string): boolean {
    const family: Family | undefined = readAddress(address, words);
    return family !== undefined && this.range?.holds(family, words) === true;
  }
}

/** One place for all, as reading never waits. */
const words = addressWords();

function otherThan(who: RelayWho, { address, account, certificateNames }: Submitter): string {
  switch (who.is) {
    case "anybody":
      return "it is for everybody";
    case "address":
      return `${address} is not in it`;
    case "account":
      return account === undefined ? "nobody has logged in" : `${account.name} has logged in`;
    case "group":
      return account === undefined ? "nobody has logged in" : `${account.name} is not in the group`;
    case "certificate":
      return certificateNames.length === 0
        ? "no certificate was shown"
        : `the certificate is for ${certificateNames.join(", ")}`;
    default:
      return who satisfies never;
  }
}
