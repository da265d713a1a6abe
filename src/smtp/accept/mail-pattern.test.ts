import { expect, test } from "bun:test";
import { fitsPattern, parseMailPattern } from "./mail-pattern.ts";

const fits = (pattern: string, address: string | null): boolean => {
  const parsed = parseMailPattern(pattern);
  if (parsed === undefined) throw new Error(`${pattern} is no pattern`);
  const [local = "", domain = ""] = (address ?? "").split("@");
  return fitsPattern(parsed, address === null ? null : { local, domain });
};

test.each([
  ["*", "ada@example.org", true],
  ["*", null, true],
  ["<>", null, true],
  ["<>", "ada@example.org", false],
  ["ada@example.org", "ADA@Example.ORG", true],
  ["ada@example.org", "bob@example.org", false],
  ["*@example.org", "bob@example.org", true],
  ["*@example.org", null, false],
  ["example.org", "bob@example.org", true],
  ["example.org", "bob@sub.example.org", false],
  ["*.example.org", "bob@sub.example.org", true],
  ["*.example.org", "bob@a.b.example.org", true],
  ["*.example.org", "bob@example.org", false],
  ["*.example.org", "bob@badexample.org", false],
  ["*@bücher.example", "bob@xn--bcher-kva.example", true],
])("%s and %p: %p", (pattern, address, expected) => {
  expect(fits(pattern, address)).toBe(expected);
});
