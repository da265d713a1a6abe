// What the rules of authorization come to for a visitor, in the order of IIS: whoever a rule denies is denied, whatever
// allows him besides; then whoever a rule allows is let in, and nobody else.
import type { Welcome } from "../../account/login.ts";
import type { AdmissionRow } from "./admission-row.ts";
import { type AuthorizationRule, authorizationRule, type Who } from "./authorization-rule.ts";
import { loginWays, whoAreYou } from "./login-ways.ts";

export interface Judgement {
  readonly allowed: boolean;
  /** The one that decides; undefined where none names the visitor. */
  readonly rule: AuthorizationRule | undefined;
}

export function judge(rules: readonly AuthorizationRule[], user: Welcome | undefined, verb: string): Judgement {
  const upper = verb.toUpperCase();
  const fits = ({ who, verbs }: AuthorizationRule) => names(who, user) && (verbs?.includes(upper) ?? true);
  const denying = rules.find((it) => !it.allows && fits(it));
  const rule = denying ?? rules.find((it) => it.allows && fits(it));
  return { allowed: rule?.allows ?? false, rule };
}

function names(who: Who, user: Welcome | undefined): boolean {
  switch (who.is) {
    case "anybody":
      return true;
    case "anonymous":
      return user === undefined;
    case "account":
      return user !== undefined && (who.name === "*" || who.name === user.account);
    case "group":
      return user?.groups.includes(who.name) ?? false;
    case "right":
      return user?.may(who.right) ?? false;
    default:
      return who satisfies never;
  }
}

/** Whoever it is, and whatever he wants. */
const letAllIn = (rules: readonly AuthorizationRule[]): boolean =>
  rules.every((it) => it.allows) && rules.some(({ who, verbs }) => who.is === "anybody" && verbs === undefined);

/** "rule 2 is deny group guests" */
function explain(rules: readonly AuthorizationRule[], { rule }: Judgement): string {
  if (rule === undefined) return "no rule lets the visitor in";
  return `rule ${rules.indexOf(rule) + 1} is ${String(authorizationRule.print(rule))}`;
}

export const authorization: AdmissionRow = {
  setting: "authorization",
  prepare(values) {
    const { authorization: rules } = values;
    if (letAllIn(rules)) return undefined;
    const ways = loginWays(values);
    return (request, asker, { login }) => {
      const judgement = judge(rules, asker.user, request.method);
      if (judgement.allowed) return undefined;
      const detail = explain(rules, judgement);
      // RFC 9110 §15.5.4: to log in would not help, or has not helped.
      const isFinal = asker.user !== undefined || judgement.rule?.who.is === "anybody";
      return isFinal ? { status: 403, substatus: 0, detail } : whoAreYou(ways, request, asker, login, detail);
    };
  },
  because: ({ authorization: rules }, { method }, { user }) => explain(rules, judge(rules, user, method)),
};
