import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  asciiMailbox,
  LOCAL_PART_BYTES_MAX,
  type Mailbox,
  mailboxKey,
  parseMailbox,
  printMailbox,
  sameMailbox,
} from "./address.ts";
import { lenient } from "./leniency.ts";
import { localPart, mailbox, mailDomain } from "./testing/arbitrary.ts";

const read = (text: string): Mailbox | string => {
  const parsed = parseMailbox(text);
  return parsed.ok ? parsed.value : parsed.error;
};

test("mailboxes are read as RFC 5321 §4.1.2 writes them", () => {
  const cases = [
    ["a@b", "a", "b"],
    ["first.last+tag@Example.COM", "first.last+tag", "Example.COM"],
    ["!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~", "example.com"],
    ['"a b"@example.com', "a b", "example.com"],
    ['"a\\"b\\\\c"@example.com', 'a"b\\c', "example.com"],
    ['"a@b"@example.com', "a@b", "example.com"],
    ['"<>"@example.com', "<>", "example.com"],
    ["a@[192.0.2.1]", "a", "[192.0.2.1]"],
    ["a@[IPv6:2001:db8::1]", "a", "[IPv6:2001:db8::1]"],
    ["a@[ipv6:::ffff:192.0.2.1]", "a", "[ipv6:::ffff:192.0.2.1]"],
    ["user%elsewhere@example.com", "user%elsewhere", "example.com"],
    ["host!user@example.com", "host!user", "example.com"],
    ["用户@例子.广告", "用户", "例子.广告"],
    ["jörg@bücher.example", "jörg", "bücher.example"],
  ] as const;
  for (const [text, local, domain] of cases) expect([text, read(text)]).toEqual([text, { local, domain }]);
});

test("what is no mailbox is refused, with the reason", () => {
  const refused = [
    ["a", "no domain"],
    ["", "no domain"],
    ["@b", "nothing stands before"],
    ['""@b', "nothing stands before"],
    ["a@", "no domain"],
    ["a@b@c", "no domain"],
    [".a@b", "no name"],
    ["a.@b", "no name"],
    ["a..b@c", "no name"],
    ["a b@c", "no name"],
    ["a@-b", "no domain"],
    ["a@b-", "no domain"],
    ["a@b..c", "no domain"],
    ["a@b.", "no domain"],
    ["a@b_c", "no domain"],
    ["a@[192.0.2.256]", "no domain"],
    ["a@[192.0.2]", "no domain"],
    ["a@[192.0.2.01]", "no domain"],
    ["a@[IPv6:1::2::3]", "no domain"],
    ["a@[IPv6:1:2:3:4:5:6:7]", "no domain"],
    ["a@[IPv6:1:2:3:4:5:6:7::8]", "no domain"],
    ["a@[IPv6:::192.0.2.300]", "no domain"],
    ["a@[IPv6:192.0.2.1::]", "no domain"],
    ["a@[IPv6:12345::]", "no domain"],
    ["a@[IPv6:fe80::1%eth0]", "no domain"],
    ["a@[X-other:1]", "no domain"],
    ['"a@b', "no name"],
    ['"a"b@c', "no name"],
    ["a\u0000@b", "no name"],
    ["a\u0085@b", "no name"],
    ["a\u202e@b", "no name"],
    ["a@b\u00a0c", "no domain"],
    ['"a\r\nb"@c', "no name"],
    [`${"l".repeat(LOCAL_PART_BYTES_MAX + 1)}@b`, "too long"],
    [`${"é".repeat(LOCAL_PART_BYTES_MAX / 2 + 1)}@b`, "too long"],
    [`${"a.".repeat(6000)}@b`, "too long"],
    [`a@${"d".repeat(64)}`, "no domain"],
    [`a@${`${"d".repeat(63)}.`.repeat(4)}d`, "no domain"],
  ] as const;
  for (const [text, because] of refused) {
    const outcome = read(text);
    expect([text, outcome]).toEqual([text, expect.stringContaining(because)]);
  }
});

test("RFC 5321 §4.5.3.1: the sizes that must be taken are taken", () => {
  const domain = `${`${"d".repeat(63)}.`.repeat(3)}${"d".repeat(63)}`;
  expect(domain.length).toBe(255);
  expect(read(`${"l".repeat(64)}@${domain}`)).toBeObject();
  expect(read(`${"l".repeat(LOCAL_PART_BYTES_MAX)}@b`)).toBeObject();
});

test("loose addresses are taken where the site forgives them, and written so that all understand", () => {
  const dots = parseMailbox("john..smith.@example.jp", lenient);
  expect(dots).toEqual({ ok: true, value: { local: "john..smith.", domain: "example.jp" } });
  expect(printMailbox({ local: "john..smith.", domain: "example.jp" })).toBe('"john..smith."@example.jp');
  expect(parseMailbox("a@my_host.example", lenient).ok).toBeTrue();
});

test("needless quotes go, needed ones stay", () => {
  const printed = (text: string) => printMailbox(read(text) as Mailbox);
  expect(printed('"a.b"@c')).toBe("a.b@c");
  expect(printed('"a\\b"@c')).toBe("ab@c");
  expect(printed('"a b"@c')).toBe('"a b"@c');
  expect(printed('"a\\"\\\\"@c')).toBe('"a\\"\\\\"@c');
});

test("domains are the same in any case and in either spelling, local parts are not", () => {
  const same = (one: string, other: string) => sameMailbox(read(one) as Mailbox, read(other) as Mailbox);
  expect(same("a@Example.COM", "a@example.com")).toBeTrue();
  expect(same("a@BÜCHER.example", "a@xn--bcher-kva.example")).toBeTrue();
  expect(same('"a"@b', "a@b")).toBeTrue();
  expect(same("A@b", "a@b")).toBeFalse();
  expect(same("PostMaster@b", "postmaster@b")).toBeTrue();
  expect(same("a@b", "a@c")).toBeFalse();
});

test("for a server that knows ASCII only the domain is spelled in it, and the local part never", () => {
  expect(asciiMailbox({ local: "a", domain: "bücher.example" })).toEqual({
    local: "a",
    domain: "xn--bcher-kva.example",
  });
  expect(asciiMailbox({ local: "jörg", domain: "b" })).toBeUndefined();
  expect(asciiMailbox({ local: "a", domain: "[192.0.2.1]" })).toEqual({ local: "a", domain: "[192.0.2.1]" });
});

test("what is printed is read as the same, and printed again as the same", () => {
  fc.assert(
    fc.property(mailbox, (it) => {
      const printed = printMailbox(it);
      expect(parseMailbox(printed)).toEqual({ ok: true, value: it });
      expect(printed).not.toMatch(/[\r\n\0]/);
    }),
  );
});

test("keys are equal for the same mailbox only", () => {
  fc.assert(
    fc.property(localPart, localPart, mailDomain, (one, other, domain) => {
      const isSame = one === other || [one, other].every((it) => it.toLowerCase() === "postmaster");
      expect(mailboxKey({ local: one, domain }) === mailboxKey({ local: other, domain: domain.toUpperCase() })).toBe(
        isSame,
      );
    }),
  );
});

test("no text throws, and what is taken can be printed and read again", () => {
  const pieces = fc.constantFrom(
    '"',
    "\\",
    "@",
    ".",
    "a",
    "[",
    "]",
    " ",
    "<",
    ">",
    "é",
    "\0",
    "\n",
    "IPv6:",
    "::1",
    "1",
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((it) => it.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, fc.boolean(), (given, loose) => {
      const parsed = loose ? parseMailbox(given, lenient) : parseMailbox(given);
      if (parsed.ok) expect(parseMailbox(printMailbox(parsed.value), lenient)).toEqual(parsed);
    }),
    { numRuns: 2000 },
  );
});
