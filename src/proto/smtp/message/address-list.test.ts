import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readAddressList } from "./address-list.ts";
import { addressText, mailboxText } from "./header-mailbox.ts";
import { hostileText } from "./testing/hostile-text.ts";

/** Each mailbox as "name|address", then what could not be read. */
function read(text: string): readonly string[] {
  const { mailboxes, unreadable } = readAddressList(text, 100);
  const names = mailboxes.map((it) => (it.displayName === "" ? "" : `${it.displayName}|`) + addressText(it));
  return [...names, ...unreadable.map((it) => `?${it}`)];
}

const rows: readonly (readonly [text: string, ...read: readonly string[]])[] = [
  ["bob@example.net", "bob@example.net"],
  ["<bob@example.net>", "bob@example.net"],
  ["Bob Jones <bob@example.net>, ann@example.com", "Bob Jones|bob@example.net", "ann@example.com"],
  ['"Jones, Bob" <bob@example.net>', "Jones, Bob|bob@example.net"],
  ['"A \\"B\\" C" <a@b.example>', 'A "B" C|a@b.example'],
  ["=?utf-8?Q?J=C3=B6rg?= =?utf-8?Q?_K?= <j@b.example>", "Jörg K|j@b.example"],
  ["Jörg <jörg@bücher.example>", "Jörg|jörg@bücher.example"],
  // Names with dots, which the grammar does not want and everybody writes.
  ["J. R. Smith <j@b.example>", "J. R. Smith|j@b.example"],
  ["bob@example.net <bob@example.net>", "bob@example.net|bob@example.net"],
  // Bare addresses, and what a printer was told as its own name.
  ["scanner", "scanner"],
  ["Scanner Floor 2 <scanner>", "Scanner Floor 2|scanner"],
  ["first.last", "first.last"],
  // Groups, RFC 5322 §3.4.
  [
    "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
    "Ed Jones|c@a.test",
    "joe@where.test",
    "John|jdoe@one.test",
  ],
  ["undisclosed-recipients:;"],
  ["Group: a@b.example; , c@d.example", "a@b.example", "c@d.example"],
  // Comments and obsolete forms, RFC 5322 Appendix A.5 and A.6.
  ["Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete|pete@silly.test"],
  ["bob@example.net (Bob (the other) Jones)", "Bob (the other) Jones|bob@example.net"],
  ["Joe Q. Public <john.q.public@example.com>", "Joe Q. Public|john.q.public@example.com"],
  [
    "Mary Smith <@node.test,@other.test:mary@example.net>, , jdoe@test  . example",
    "Mary Smith|mary@example.net",
    "jdoe@test.example",
  ],
  ["bob . jones @ example.net", "bob.jones@example.net"],
  // Quoted local parts and literals.
  ['"bob jones"@example.net', '"bob jones"@example.net'],
  ["bob@[192.0.2.1]", "bob@[192.0.2.1]"],
  ["bob@[IPv6:2001:db8::1]", "bob@[IPv6:2001:db8::1]"],
  // What Outlook and address books of copiers write.
  ["a@b.example; c@d.example;", "a@b.example", "c@d.example"],
  ["mailto:a@b.example", "a@b.example"],
  ["'bob@example.net' <bob@example.net>", "'bob@example.net'|bob@example.net"],
  ["<bob@example.net", "bob@example.net"],
  ["<a@b.example; c@d.example", "a@b.example", "c@d.example"],
  ["Bob(at work)Jones <bob@example.net>", "Bob Jones|bob@example.net"],
  [".bob.@docomo.example", '".bob."@docomo.example'],
  ["bob@example.net.", "bob@example.net"],
  // No addresses, and told so; those beside them are read.
  ["all our customers, a@b.example", "a@b.example", "?all our customers"],
  ["bob@", "?bob@"],
  ["@example.net", "?@example.net"],
  ["a@b@example.net", "?a@b@example.net"],
  ["bob@.example.net", "?bob@.example.net"],
  ["bob@example..net", "?bob@example..net"],
  ["bob@[192.0.2.1\\]]", "?bob@192.0.2.1]"],
  ["<>", "?<>"],
  ["Bob <>", "?Bob<>"],
  ["bob jones@example.net", "?bob jones@example.net"],
  ["bob@exam ple.net", "?bob@exam ple.net"],
  ["a <b@c.example <d@e.example>", "?a<b@c.example<d@e.example>"],
  [""],
  [" , ,(nobody)"],
];

describe("what people write is read", () => {
  for (const [text, ...expected] of rows) test(JSON.stringify(text), () => expect(read(text)).toEqual(expected));
});

test("no more are read than the bound, and it is told", () => {
  const text = Array.from({ length: 5 }, (_, n) => `a${n}@b.example`).join(",");
  expect(readAddressList(text, 5)).toMatchObject({ more: false });
  const cut = readAddressList(text, 4);
  expect(cut.more).toBe(true);
  expect(cut.mailboxes).toHaveLength(4);
});

test("depth and length cost nothing", () => {
  const many = 200_000;
  expect(readAddressList("(".repeat(many), 10).mailboxes).toEqual([]);
  expect(readAddressList(`${"<".repeat(many)}a@b`, 10).mailboxes).toEqual([]);
  expect(readAddressList(`"${"\\".repeat(many)}`, 10).mailboxes).toHaveLength(1);
  expect(readAddressList(`x${" .".repeat(many)} <a@b.example>`, 10).mailboxes).toHaveLength(1);
});

test("what is written reads the same", () => {
  const word = hostileText(10).map((it) =>
    it
      .toWellFormed()
      .replace(/[\s\0-\x1f\x7f]+/g, " ")
      .trim(),
  );
  const mailbox = fc.record({
    displayName: word,
    local: word.filter((it) => it !== ""),
    domain: fc.constantFrom("example.net", "[192.0.2.1]", "bücher.example", undefined),
  });
  fc.assert(
    fc.property(fc.array(mailbox, { maxLength: 5 }), (mailboxes) => {
      const list = readAddressList(mailboxes.map(mailboxText).join(", "), 10);
      expect(list).toEqual({ mailboxes, unreadable: [], more: false });
    }),
  );
});

test("no input throws, and every address that comes out can be written", () => {
  const part = fc.constantFrom(
    "<",
    ">",
    "@",
    ",",
    ";",
    ":",
    ".",
    '"',
    "\\",
    "(",
    ")",
    "[",
    "]",
    " ",
    "a",
    "ü",
    "=?utf-8?Q?=3C?=",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      for (const { local, domain } of readAddressList(parts.join(""), 10).mailboxes) {
        const [again, ...others] = readAddressList(addressText({ local, domain }), 10).mailboxes;
        expect(again).toEqual({ displayName: "", local, domain });
        expect(others).toEqual([]);
      }
    }),
    { numRuns: 2000 },
  );
});
