import { expect, test } from "bun:test";
import fc from "fast-check";
import { lenient, strict } from "./leniency.ts";
import { type PathRules, parseForwardPath, parseReversePath, pathText, printPath } from "./path.ts";
import { mailbox } from "./testing/arbitrary.ts";

const rules: PathRules = { ownDomain: "site.example", leniency: strict };
const at = (local: string, domain: string) => ({ ok: true, value: { local, domain } }) as const;

test("a path without a mailbox is a sender, and never a recipient", () => {
  expect(parseReversePath("", rules)).toEqual({ ok: true, value: null });
  expect(parseForwardPath("", rules).ok).toBeFalse();
  expect([printPath(null), pathText(null)]).toEqual(["<>", "<>"]);
});

test("Postmaster needs no domain, others do unless the site forgives it", () => {
  expect(parseForwardPath("Postmaster", rules)).toEqual(at("Postmaster", "site.example"));
  expect(parseForwardPath("fred", rules).ok).toBeFalse();
  const forgiving = { ...rules, leniency: lenient };
  expect(parseForwardPath("fred", forgiving)).toEqual(at("fred", "site.example"));
  expect(parseReversePath("root", forgiving)).toEqual(at("root", "site.example"));
});

test("routes of old are taken and dropped", () => {
  expect(parseForwardPath("@a,@b.example:user@c", rules)).toEqual(at("user", "c"));
  expect(parseForwardPath("@[192.0.2.1]:user@c", rules)).toEqual(at("user", "c"));
  expect(parseForwardPath("@[IPv6:::1],@b:user@c", rules)).toEqual(at("user", "c"));
  for (const bad of ["@a:", "@:user@c", "@a,b:user@c", "@a@b:user@c", "@-:user@c"])
    expect([bad, parseForwardPath(bad, rules).ok]).toEqual([bad, false]);
});

test("every mailbox passes as either path", () => {
  fc.assert(
    fc.property(mailbox, (it) => {
      const inner = printPath(it).slice(1, -1);
      expect(parseForwardPath(inner, rules)).toEqual({ ok: true, value: it });
      expect(parseReversePath(inner, rules)).toEqual({ ok: true, value: it });
    }),
  );
});

test("no text throws", () => {
  const piece = fc.constantFrom("@", ":", ",", "a", "[", "]", '"', "\\", ".", "IPv6:", "é", "\n");
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 16 }).map((it) => it.join("")),
      (text) => {
        parseForwardPath(text, { ...rules, leniency: lenient });
      },
    ),
    { numRuns: 2000 },
  );
});
