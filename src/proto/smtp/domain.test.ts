import { expect, test } from "bun:test";
import fc from "fast-check";
import { asciiDomain, domainKey, isAddressLiteral, isDomainName, isInDomain, isPrintable } from "./domain.ts";

test("domains have one spelling in ASCII, by which they are looked up", () => {
  expect(asciiDomain("Example.COM")).toBe("example.com");
  expect(asciiDomain("BÜCHER.example")).toBe("xn--bcher-kva.example");
  expect(asciiDomain("例子.广告")).toBe("xn--fsqu00a.xn--4rr70v");
  expect(asciiDomain("[IPv6:2001:DB8::1]")).toBe("[ipv6:2001:db8::1]");
});

test("digits of other scripts make a name, and never an address", () => {
  expect(asciiDomain("１２７.１")).toBe("127.1");
  expect(asciiDomain("⑴.example")).toBeUndefined();
  expect(asciiDomain("a。b.example")).toBe("a.b.example");
});

test("a label that is too long in A-labels is no name of DNS, though its letters are few", () => {
  const label = String.fromCodePoint(...Array.from({ length: 21 }, (_, index) => 0x4e00 + ((index * 7919) % 0x5000)));
  expect(isDomainName(label)).toBeTrue();
  expect(asciiDomain(label)).toBeUndefined();
});

test("every IP address is a literal, and nothing else in brackets is", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV6(), (v4, v6) => {
      expect([isAddressLiteral(`[${v4}]`), isAddressLiteral(`[IPv6:${v6}]`)]).toEqual([true, true]);
      expect([isAddressLiteral(`[IPv6:${v4}]`), isAddressLiteral(`[${v6}]`)]).toEqual([false, false]);
      expect([isAddressLiteral(v4), isAddressLiteral(`[IPv6:${v6}:1:1:1:1:1:1:1:1]`)]).toEqual([false, false]);
    }),
  );
});

test("what can be printed ends no line and turns none around", () => {
  expect(["a b", "é用", "क्\u200dष"].map(isPrintable)).toEqual([true, true, true]);
  expect(["", "a\n", "\x7f", "\u0085", "\u2028", "\u202e", "\ufeff"].map(isPrintable)).toEqual(Array(7).fill(false));
});

test("what is no name of DNS has a key too", () => {
  expect(["BÜCHER.example", "⑴.Example"].map(domainKey)).toEqual(["xn--bcher-kva.example", "⑴.example"]);
});

test("a pattern is a domain, or all that is below one", () => {
  const fits = (pattern: string) =>
    ["example.org", "a.example.org", "a.b.example.org", "badexample.org"].map((it) => isInDomain(it, pattern));
  expect(fits("example.org")).toEqual([true, false, false, false]);
  expect(fits("*.example.org")).toEqual([false, true, true, false]);
});
