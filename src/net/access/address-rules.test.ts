import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { accessRule } from "../../schema/kinds/access.ts";
import { AddressRules, type Unlisted } from "./address-rules.ts";

const decoded = (...texts: readonly string[]) => texts.map((text) => expectGood(accessRule.decode(text)));

function ask(address: string, unlisted: Unlisted, ...texts: readonly string[]): readonly [boolean, string] {
  const { allowed, because } = new AddressRules(decoded(...texts), unlisted).judge(address);
  return [allowed, because];
}

test("the first rule that names an address decides, and says which it was", () => {
  const rules = ["allow 192.0.2.1", "deny 192.0.2.0/24", "allow *"];
  expect(ask("192.0.2.1", "deny", ...rules)).toEqual([true, "rule 1 is allow 192.0.2.1"]);
  expect(ask("192.0.2.2", "allow", ...rules)).toEqual([false, "rule 2 is deny 192.0.2.0/24"]);
  expect(ask("2001:db8::1", "deny", ...rules)).toEqual([true, "rule 3 is allow *"]);
  expect(ask("::ffff:192.0.2.2", "allow", ...rules)).toEqual([false, "rule 2 is deny 192.0.2.0/24"]);
});

test("where no rule names it, accessUnlisted decides", () => {
  expect(ask("192.0.2.1", "allow")).toEqual([true, "no rule names it, and accessUnlisted is allow"]);
  expect(ask("192.0.2.1", "deny", "allow 192.0.2.2")).toEqual([false, "no rule names it, and accessUnlisted is deny"]);
});

test("rules are the same only when each one is, in the same order", () => {
  const rules = new AddressRules(decoded("allow 192.0.2.1", "deny *"), "allow");
  expect(rules.isOf(decoded("allow 192.0.2.1", "deny *"), "allow")).toBe(true);
  expect(rules.isOf(decoded("allow 192.0.2.1", "deny *"), "deny")).toBe(false);
  for (const other of [
    [],
    ["deny *", "allow 192.0.2.1"],
    ["allow 192.0.2.0/24", "deny *"],
    ["deny 192.0.2.1", "deny *"],
  ])
    expect(rules.isOf(decoded(...other), "allow")).toBe(false);
});
