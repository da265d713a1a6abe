import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../base/result.ts";
import { covers, type Grant, grantKind, parsePlace, placeKind, printGrant, printPlace } from "./grant.ts";
import { explain, type Holder, may } from "./may.ts";
import { accountNameOf } from "./name.ts";
import { brings, type Right, rights } from "./rights.ts";

const grant = (text: string): Grant => expectGood(grantKind.decode(text));
const place = (text: string) => expectGood(placeKind.decode(text));

test("a grant is one text: a right, a blank, and a place", () => {
  for (const text of ["relay smtp/default", "read *", "post nntp", "read www/my site", "read www/a%2Fb"])
    expect(grantKind.print(grant(text))).toBe(text);
  for (const text of [
    "relay",
    "fly smtp",
    "relay ",
    "relay smtp/",
    "relay smtp/a/b",
    "relay /a",
    "Relay smtp",
    "read **",
  ])
    expect([text, grantKind.decode(text).ok]).toEqual([text, false]);
  expect(grantKind.links?.(grant("read www/a%2Fb"))).toEqual([{ collection: "www/sites", name: "a/b" }]);
  expect(grantKind.links?.(grant("read www"))).toEqual([]);
});

test("a place holds for what is in it", () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ["*", "smtp/default", true],
    ["*", "*", true],
    ["smtp", "smtp/default", true],
    ["smtp", "smtp", true],
    ["smtp", "*", false],
    ["smtp", "ftp/default", false],
    ["smtp/default", "smtp/default", true],
    ["smtp/default", "smtp/other", false],
    ["smtp/default", "smtp", false],
  ];
  for (const [granted, wanted, holds] of table)
    expect([granted, wanted, covers(place(granted), place(wanted))]).toEqual([granted, wanted, holds]);
});

test("what may be done at a place brings the right to log in there, and no other at another", () => {
  for (const it of rights) expect(brings(it, "log-in")).toBe(true);
  expect(brings("write", "read")).toBe(true);
  expect(brings("read", "write")).toBe(false);
  expect(rights.filter((it) => brings("administer", it))).toEqual([...rights]);
  expect(rights.filter((it) => brings(it, "administer"))).toEqual(["administer"]);
});

describe("may", () => {
  const holders: readonly Holder[] = [
    { is: "user", name: "anna", grants: [grant("relay smtp/default")] },
    { is: "group", name: "staff", grants: [grant("write ftp"), grant("relay smtp")] },
  ];
  const why = (right: Right, at: string) => explain(may(holders, right, place(at)), right, place(at));

  test("tells which grant decided, one's own before a group's", () => {
    expect(why("relay", "smtp/default")).toBe("user anna has relay smtp/default");
    expect(why("relay", "smtp/other")).toBe("group staff has relay smtp");
    expect(why("read", "ftp/x")).toBe("group staff has write ftp, which brings read");
    expect(why("log-in", "smtp/default")).toBe("user anna has relay smtp/default, which brings log-in");
    expect(why("post", "nntp/default")).toBe("no grant gives post at nntp/default");
  });

  test("more grants never take a right away, and every right that is given is given by a grant", () => {
    const anyPlace = fc.constantFrom("*", "smtp", "ftp", "smtp/a", "smtp/b", "ftp/a").map(place);
    const anyGrant = fc.record({ right: fc.constantFrom(...rights), place: anyPlace });
    fc.assert(
      fc.property(
        fc.array(anyGrant),
        fc.array(anyGrant),
        fc.constantFrom(...rights),
        anyPlace,
        (few, more, right, at) => {
          const one = may([{ is: "user", name: "a", grants: few }], right, at);
          const all = may([{ is: "user", name: "a", grants: [...few, ...more] }], right, at);
          if (one.allowed) expect(all.allowed).toBe(true);
          if (all.allowed) expect([...few, ...more]).toContain(all.grant);
        },
      ),
    );
  });
});

test("every text is a place that is printed as it was read, or none", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((it) => `www/${it}`),
      ),
      (text) => {
        const read = parsePlace(text);
        if (read !== undefined) expect(parsePlace(printPlace(read))).toEqual(read);
      },
    ),
  );
  expect(printGrant(grant("read *"))).toBe("read *");
});

test("a name is one spelling, and holds nothing that a path, a shell or a protocol takes for something else", () => {
  expect(["Anna", "ANNA", "ａｎｎａ"].map(accountNameOf)).toEqual(["anna", "anna", "anna"]);
  expect(accountNameOf("Anna.Müller+news@Example.ORG")).toBe("anna.müller+news@example.org");
  for (const text of ["", "a b", "a/b", "a:b", "a\\b", ".a", "-a", "a\0", "a\n", "a*", "a,b", "a=b", "x".repeat(129)])
    expect([text, accountNameOf(text)]).toEqual([text, undefined]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const name = accountNameOf(text);
      if (name !== undefined) expect(accountNameOf(name)).toBe(name);
    }),
  );
});
