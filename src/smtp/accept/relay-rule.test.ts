import { expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { relayRule } from "./relay-rule.ts";

const spelled = (text: string): unknown => {
  const rule = relayRule.decode(text);
  return rule.ok ? relayRule.print(rule.value) : undefined;
};

test.each([
  ["relay 192.0.2.0/24", "relay 192.0.2.0/24"],
  ["RELAY  2001:DB8:0::/32", "relay 2001:db8::/32"],
  ["relay ::ffff:192.0.2.1", "relay 192.0.2.1"],
  ["relay *", "relay *"],
  ["refuse 192.0.2.9", "refuse 192.0.2.9"],
  ["relay account ADA@example.org", "relay account ada@example.org"],
  ["relay account *", "relay account *"],
  ["relay group Staff", "relay group staff"],
  ["relay certificate AA:BB:CC", "relay certificate aabbcc"],
  [
    "relay certificate printer-3 from *@example.org to *.example.net",
    "relay certificate printer-3 from *@example.org to *@*.example.net",
  ],
  ["relay * from <>", "relay * from <>"],
  ["relay * to example.net", "relay * to *@example.net"],
  ["relay * to bücher.example", "relay * to *@xn--bcher-kva.example"],
])("%s is understood as %s, and so is that", (written, canonical) => {
  expect(spelled(written)).toBe(canonical);
  expect(spelled(canonical)).toBe(canonical);
});

test.each([
  "",
  "allow 192.0.2.1",
  "relay",
  "relay printer.example",
  "relay 192.0.2.0/33",
  "relay account",
  "relay account a/b",
  "relay group *",
  "relay certificate",
  "relay * to",
  "relay * to <>",
  "relay * from a@",
  "relay * to a@b from c@d",
  "relay * to a@b and more",
  "relay 192.0.2.1 192.0.2.2",
])("%p is refused", (written) => {
  expect(relayRule.decode(written).ok).toBe(false);
});

test("whatever is written, nothing throws, and what is printed is read as the same", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "relay",
      "refuse",
      "account",
      "group",
      "certificate",
      "from",
      "to",
      "*",
      "<>",
      "ada",
      "a@b.example",
    ),
    fc.constantFrom("192.0.2.0/24", "::1", "*.example", "é@ü.example", "@", "*@*"),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      const rule = relayRule.decode(words.join(" "));
      if (!rule.ok) return;
      expect(expectGood(relayRule.decode(relayRule.print(rule.value)))).toEqual(rule.value);
    }),
  );
});
