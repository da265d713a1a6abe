import { expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { authorizationRule } from "./authorization-rule.ts";

const spelled = (text: string): unknown => {
  const rule = authorizationRule.decode(text);
  return rule.ok ? authorizationRule.print(rule.value) : undefined;
};

test.each([
  ["allow *", "allow *"],
  ["DENY  ?", "deny ?"],
  ["allow account ANNA@example.org", "allow account anna@example.org"],
  ["allow Account *", "allow account *"],
  [" deny group Staff ", "deny group staff"],
  ["allow right READ", "allow right read"],
  ["deny * verbs  put M-Search", "deny * verbs PUT M-SEARCH"],
])("%s is understood as %s, and so is that", (written, canonical) => {
  expect(spelled(written)).toBe(canonical);
  expect(spelled(canonical)).toBe(canonical);
});

test.each([
  "",
  "allow",
  "anna",
  "permit *",
  "allow anna",
  "allow account",
  "allow account a/b",
  "allow group *",
  "allow right",
  "allow right sing",
  "allow * verbs",
  "allow * verbs GET,PUT",
  "allow * verbs GET (PUT)",
  "allow * GET",
])("%p is refused", (written) => {
  expect(spelled(written)).toBeUndefined();
});

test("whatever is written nothing throws, and what is printed is read as the same", () => {
  const known = ["allow", "deny", "*", "?", "account", "group", "right", "read", "anna", "verbs", "GET", "PUT"];
  const word = fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const rule = authorizationRule.decode(words.join(" "));
      if (!rule.ok) return;
      expect(expectGood(authorizationRule.decode(authorizationRule.print(rule.value)))).toEqual(rule.value);
    }),
  );
});
