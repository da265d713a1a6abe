import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "../base/clock.ts";
import type { ServingCertificate } from "../ipc/serving-certificate.ts";
import { CertificateBook } from "./certificate-book.ts";
import { DAY_MS } from "./judge.ts";
import { START_MS, servingFor } from "./testing/pairs.ts";

function bookOf(...certificates: readonly ServingCertificate[]) {
  const clock = new ManualClock(START_MS);
  const book = new CertificateBook(clock);
  for (const it of certificates) book.set(it);
  const choose = (serverName: string | undefined, preferred: string | null = null) =>
    book.choose(serverName, preferred)?.name;
  return { book, clock, choose };
}

const exact = servingFor("exact", { names: ["www.example.org", "example.org"] });
const starred = servingFor("starred", { names: ["*.example.org"] });
const other = servingFor("other", { names: ["other.example"] });

test("the exact name comes before the one with a star, then the site's own, then the fallback", () => {
  const { book, choose } = bookOf(exact, starred, other);
  expect(choose("www.example.org", "other")).toBe("exact");
  expect(choose("mail.example.org", "other")).toBe("starred");
  expect(choose("a.mail.example.org", "other")).toBe("other");
  expect(choose("example.com")).toBeUndefined();
  expect(choose(undefined)).toBeUndefined();
  book.fallback = "exact";
  expect([choose("example.com"), choose(undefined), choose("example.com", "other")]).toEqual([
    "exact",
    "exact",
    "other",
  ]);
  expect(choose("example.com", "removed long ago")).toBe("exact");
});

test("the only certificate there is answers every name, until there is a second one or one that is named for it", () => {
  const { book, choose } = bookOf(exact);
  expect([choose("example.com"), choose(undefined)]).toEqual(["exact", "exact"]);
  book.fallback = "gone";
  expect(choose(undefined)).toBeUndefined();
  book.fallback = null;
  book.set(other);
  expect([choose("example.com"), choose(undefined)]).toEqual([undefined, undefined]);
});

test("the case of letters and a dot at the end make no difference", () => {
  const { choose } = bookOf(exact, starred);
  expect([choose("WWW.Example.ORG"), choose("www.example.org."), choose("Mail.EXAMPLE.org.")]).toEqual([
    "exact",
    "exact",
    "starred",
  ]);
});

test("a star stands for one label, and no client gets it by asking for the star", () => {
  const { choose } = bookOf(starred, other);
  for (const name of ["example.org", ".example.org", "a.b.example.org", "*", "", ".", "..", "org"])
    expect([name, choose(name)]).toEqual([name, undefined]);
});

test("of several for one name the valid one is shown, the site's own among them, else the longest", () => {
  const names = ["shop.example"];
  const old = servingFor("old", { names, notAfterMs: START_MS + DAY_MS });
  const long = servingFor("long", { names, notAfterMs: START_MS + 50 * DAY_MS });
  const future = servingFor("future", {
    names,
    notBeforeMs: START_MS + 10 * DAY_MS,
    notAfterMs: START_MS + 99 * DAY_MS,
  });
  for (const order of [
    [old, long, future],
    [future, long, old],
    [long, old, future],
  ]) {
    const { choose, clock } = bookOf(...order);
    expect([choose("shop.example"), choose("shop.example", "old"), choose("shop.example", "future")]).toEqual([
      "long",
      "old",
      "long",
    ]);
    clock.advance(2 * DAY_MS);
    expect(choose("shop.example", "old")).toBe("long");
    clock.advance(10 * DAY_MS);
    expect(choose("shop.example")).toBe("future");
  }
});

test("an exact name that has expired gives way to a star that has not, and is better than nothing", () => {
  const expired = servingFor("expired", { names: ["www.example.org"], notAfterMs: START_MS - 1 });
  expect(bookOf(expired, starred).choose("www.example.org")).toBe("starred");
  expect(bookOf(expired).choose("www.example.org", "other")).toBe("expired");
});

test("a new version takes the place of the old one with its names", () => {
  const { book, choose } = bookOf(exact, other);
  book.set({ ...exact, names: ["new.example"], generation: 2 });
  expect([choose("www.example.org"), book.choose("new.example", null)?.generation]).toEqual([undefined, 2]);
  book.remove("exact");
  book.remove("exact");
  expect([choose("new.example"), book.size]).toEqual(["other", 1]);
});

test("no name that a client sends throws", () => {
  const { choose } = bookOf(exact, starred);
  for (const name of [
    "__proto__",
    "constructor",
    "a".repeat(100_000),
    "\0",
    "ex\u0000ample.org",
    "ÜÖ.example.org",
    "💥",
  ])
    expect(typeof choose(name)).not.toBe("number");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => void choose(name, name)));
});

test("it chooses as a plain search through all certificates would", () => {
  const host: fc.Arbitrary<string> = fc.constantFrom("a.x", "b.x", "x", "a.y");
  const certificate = fc.record({
    name: fc.constantFrom<string>("1", "2", "3", "4"),
    names: fc.uniqueArray(fc.oneof(host, fc.constantFrom<string>("*.x", "*.y"))),
    notAfterMs: fc.integer({ min: -2, max: 9 }).map((days) => START_MS + days * DAY_MS),
  });
  fc.assert(
    fc.property(fc.array(certificate), host, (steps, asked) => {
      const { book, choose } = bookOf(...steps.map((it) => servingFor(it.name, it)));
      const last = new Map(steps.map((it) => [it.name, it]));
      expect(book.size).toBe(last.size);
      const rank = ({ names, notAfterMs }: (typeof steps)[number]) => {
        const valid = notAfterMs > START_MS;
        const isExact = names.includes(asked);
        if (!isExact && !names.includes(`*${asked.slice(1)}`)) return last.size === 1 ? 0 : undefined;
        return (valid ? 2 : 0) + (isExact ? 1 : 0) + notAfterMs / (START_MS * 10);
      };
      const best = Math.max(-1, ...[...last.values()].map((it) => rank(it) ?? -1));
      const chosen = last.get(choose(asked) ?? "");
      expect(chosen === undefined ? -1 : rank(chosen)).toBe(best);
    }),
  );
});

test("an entry is found by its name as it is now, whatever host names it has", () => {
  const { book } = bookOf(exact);
  expect([book.named("exact")?.name, book.named("www.example.org")]).toEqual(["exact", undefined]);
  const renewed = servingFor("exact", { names: [] });
  book.set(renewed);
  expect(book.named("exact")).toBe(renewed);
  book.remove("exact");
  expect(book.named("exact")).toBeUndefined();
});
