// Who may see a directory, as a person writes it: `allow group staff`, one rule to a line. Pure; what a list of rules comes
// to for a visitor is decided in authorization.ts.
import { accountNameOf } from "../../account/name.ts";
import { type Right, rights } from "../../account/rights.ts";
import { type Kind, type Link, textual } from "../../schema/kind.ts";

export interface AuthorizationRule {
  readonly allows: boolean;
  readonly who: Who;
  /** In upper case; undefined for all. */
  readonly verbs: readonly string[] | undefined;
}

export type Who =
  | { readonly is: "anybody" }
  /** Whoever has not logged in. */
  | { readonly is: "anonymous" }
  /** "*" for whoever has logged in. */
  | { readonly is: "account"; readonly name: string }
  | { readonly is: "group"; readonly name: string }
  | { readonly is: "right"; readonly right: Right };

export const authorizationRule: Kind<AuthorizationRule, string> = {
  ...textual(
    "authorization rule",
    "allow or deny, then who: * for anybody, ? for whoever has not logged in, account NAME, account * for whoever has " +
      "logged in, group NAME or right NAME, and maybe verbs, such as allow group staff verbs GET HEAD",
    "allow group staff",
    parse,
    print,
  ),
  // One that is gone, and made anew later for somebody else, would come with what was meant for the one before.
  links: ({ who }) => linksOf(who),
};

function parse(text: string): AuthorizationRule | undefined {
  const words = text.trim().split(/\s+/);
  const verb = words.shift()?.toLowerCase();
  if (verb !== "allow" && verb !== "deny") return undefined;
  const who = takeWho(words);
  const verbs = takeVerbs(words);
  if (who === undefined || verbs === "none" || words.length > 0) return undefined;
  return { allows: verb === "allow", who, verbs };
}

function takeWho(words: string[]): Who | undefined {
  const word = words.shift()?.toLowerCase();
  switch (word) {
    case "*":
      return { is: "anybody" };
    case "?":
      return { is: "anonymous" };
    case "account":
    case "group": {
      const given = words.shift() ?? "";
      const name = given === "*" && word === "account" ? given : accountNameOf(given);
      return name === undefined ? undefined : { is: word, name };
    }
    case "right": {
      const name = words.shift()?.toLowerCase();
      const right = rights.find((it) => it === name);
      return right === undefined ? undefined : { is: "right", right };
    }
    default:
      return undefined;
  }
}

/** RFC 9110 §9.1: a verb is a token. Its letters count there, and not in a rule: one about get would be about nothing. */
const VERB = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/;

/** All words that are left. */
function takeVerbs(words: string[]): readonly string[] | undefined | "none" {
  if (words[0]?.toLowerCase() !== "verbs") return undefined;
  const [, ...verbs] = words.splice(0);
  return verbs.length > 0 && verbs.every((it) => VERB.test(it)) ? verbs.map((it) => it.toUpperCase()) : "none";
}

function print({ allows, who, verbs }: AuthorizationRule): string {
  const words = [allows ? "allow" : "deny", printWho(who)];
  if (verbs !== undefined) words.push("verbs", ...verbs);
  return words.join(" ");
}

function printWho(who: Who): string {
  switch (who.is) {
    case "anybody":
      return "*";
    case "anonymous":
      return "?";
    case "account":
    case "group":
      return `${who.is} ${who.name}`;
    case "right":
      return `right ${who.right}`;
    default:
      return who satisfies never;
  }
}

function linksOf(who: Who): readonly Link[] {
  if (who.is === "group") return [{ collection: "account/groups", name: who.name }];
  return who.is === "account" && who.name !== "*" ? [{ collection: "account/users", name: who.name }] : [];
}
