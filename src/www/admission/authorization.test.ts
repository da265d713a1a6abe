import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Welcome } from "../../account/login.ts";
import { expectGood } from "../../base/result.ts";
import { judge } from "./authorization.ts";
import { authorizationRule } from "./authorization-rule.ts";

const user = (account: string, ...groups: readonly string[]): Welcome => ({
  is: "welcome",
  account,
  groups,
  may: (right) => right === "read",
});
const visitors = [undefined, user("anna", "staff"), user("bert"), user("cleo", "staff", "guests")];

/** What a person who reads the text of a rule would say. */
function fits(rule: string, visitor: Welcome | undefined, verb: string): boolean {
  const [said = "", list] = rule.split(" verbs ");
  const [, who, name = ""] = said.split(" ");
  if (list !== undefined && !list.split(" ").includes(verb)) return false;
  if (who === "*") return true;
  if (visitor === undefined) return who === "?";
  if (who === "account") return name === "*" || name === visitor.account;
  return who === "group" ? visitor.groups.includes(name) : who === "right" && name === "read";
}

test("a verb is meant in any case of letters, by the rule and by the client", () => {
  const rules = [expectGood(authorizationRule.decode("deny ? verbs put"))];
  for (const verb of ["PUT", "put"]) expect(judge(rules, undefined, verb).rule).toBe(rules[0]);
  expect(judge(rules, undefined, "GET").rule).toBeUndefined();
});

test("whoever is denied by any rule is denied, and of all others those are let in whom a rule allows", () => {
  const who = fc.constantFrom(
    "*",
    "?",
    "account *",
    "account anna",
    "group staff",
    "group guests",
    "right read",
    "right post",
  );
  const verbs = fc.constantFrom("", " verbs GET", " verbs PUT GET", " verbs DELETE");
  const rule = fc
    .tuple(fc.constantFrom("allow", "deny"), who, verbs)
    .map(([action, it, more]) => `${action} ${it}${more}`);
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 6 }),
      fc.constantFrom(...visitors),
      fc.constantFrom("GET", "PUT"),
      (texts, visitor, verb) => {
        const rules = texts.map((it) => expectGood(authorizationRule.decode(it)));
        const fitting = texts.filter((it) => fits(it, visitor, verb));
        const decides = fitting.find((it) => it.startsWith("deny")) ?? fitting[0];
        const judgement = judge(rules, visitor, verb);
        expect(judgement.allowed).toBe(decides?.startsWith("allow") ?? false);
        expect(judgement.rule && authorizationRule.print(judgement.rule)).toBe(decides as never);
      },
    ),
    { numRuns: 2000 },
  );
});
