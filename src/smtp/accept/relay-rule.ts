// Who may send mail through a site to domains that are not ours, as a person writes it: `relay 192.0.2.0/24`, one rule to
// a line. Pure; what a list of rules comes to for a message is decided in relay-decision.ts.
import { accountNameOf } from "../../account/name.ts";
import { type Kind, textual } from "../../schema/kind.ts";
import { peerRange } from "../../schema/kinds/access.ts";
import type { AddressRange } from "../../schema/kinds/network.ts";
import { type MailPattern, parseMailPattern, printMailPattern } from "./mail-pattern.ts";

export interface RelayRule {
  readonly allows: boolean;
  readonly who: RelayWho;
  readonly from: MailPattern;
  readonly to: MailPattern;
}

export type RelayWho =
  | { readonly is: "anybody" }
  | { readonly is: "address"; readonly range: AddressRange }
  /** "*" for whoever has logged in. */
  | { readonly is: "account" | "group"; readonly name: string }
  /** A name or fingerprint in a client certificate that was verified; "*" for any. */
  | { readonly is: "certificate"; readonly name: string };

const any: MailPattern = { is: "any" };

export const relayRule: Kind<RelayRule, string> = textual(
  "relay rule",
  "relay or refuse, then who: an address or network, account NAME, group NAME, certificate NAME or *, and maybe from " +
    "and to with addresses or domains, such as relay 192.0.2.0/24 from *@example.org to *.example.net",
  "relay 192.0.2.0/24",
  parseRelayRule,
  printRelayRule,
);

function parseRelayRule(text: string): RelayRule | undefined {
  const words = text.trim().split(/\s+/);
  const verb = words.shift()?.toLowerCase();
  if (verb !== "relay" && verb !== "refuse") return undefined;
  const who = takeWho(words);
  const from = takePattern(words, "from");
  const to = takePattern(words, "to");
  if (who === undefined || from === undefined || to === undefined || words.length > 0) return undefined;
  return { allows: verb === "relay", who, from, to };
}

function takeWho(words: string[]): RelayWho | undefined {
  const word = words.shift()?.toLowerCase() ?? "";
  switch (word) {
    case "*":
      return { is: "anybody" };
    case "account":
    case "group": {
      const name = words.shift() ?? "";
      const known = name === "*" && word === "account" ? name : accountNameOf(name);
      return known === undefined ? undefined : { is: word, name: known };
    }
    case "certificate": {
      const name = words.shift();
      return name === undefined ? undefined : { is: "certificate", name: certificateKey(name) };
    }
    default: {
      const range = peerRange.decode(word);
      return range.ok ? { is: "address", range: range.value } : undefined;
    }
  }
}

function takePattern(words: string[], keyword: "from" | "to"): MailPattern | undefined {
  if (words[0]?.toLowerCase() !== keyword) return any;
  const [, text = ""] = words.splice(0, 2);
  const pattern = parseMailPattern(text);
  // Nobody is no recipient.
  return pattern?.is === "nobody" && keyword === "to" ? undefined : pattern;
}

export function printRelayRule({ allows, who, from, to }: RelayRule): string {
  const words = [allows ? "relay" : "refuse", printWho(who)];
  if (from.is !== "any") words.push("from", printMailPattern(from));
  if (to.is !== "any") words.push("to", printMailPattern(to));
  return words.join(" ");
}

function printWho(who: RelayWho): string {
  switch (who.is) {
    case "anybody":
      return "*";
    case "address":
      return String(peerRange.print(who.range));
    case "account":
    case "group":
    case "certificate":
      return `${who.is} ${who.name}`;
    default:
      return who satisfies never;
  }
}

/** Fingerprints are written with colons and without, names in any case. */
export const certificateKey = (name: string): string =>
  name.toLowerCase().replaceAll(/(?<=[0-9a-f]{2}):(?=[0-9a-f]{2})/g, "");
