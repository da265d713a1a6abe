import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Json } from "../../base/json.ts";
import { expectGood } from "../../base/result.ts";
import type { Kind } from "../kind.ts";
import { accessRule, peerRange } from "./access.ts";
import { list, table } from "./group.ts";
import { isSealedValue, reference, secret } from "./link.ts";
import { byteSize, duration } from "./measure.ts";
import { address, addressRange, binding, hostName } from "./network.ts";
import { fitsPattern, path, pattern } from "./place.ts";
import { choice, flag, text, whole } from "./plain.ts";
import { rate } from "./rate.ts";

interface Case {
  readonly kind: Kind<unknown>;
  /** What is written, and its canonical spelling. */
  readonly right: readonly (readonly [Json, Json])[];
  readonly wrong: readonly Json[];
}
const same = (...values: readonly Json[]) => values.map((it) => [it, it] as const);

const cases: Readonly<Record<string, Case>> = {
  flag: { kind: flag, right: same(true, false), wrong: ["true", 1, null, {}] },
  whole: { kind: whole({ min: -1, max: 5 }), right: same(-1, 0, 5), wrong: [6, -2, 1.5, "1", null, 2 ** 60] },
  text: { kind: text({ min: 1, max: 5 }), right: same("a", "äöü", "12345"), wrong: ["", "123456", "a\nb", 1, null] },
  choice: { kind: choice(["a", "b"]), right: same("a", "b"), wrong: ["c", "", null, 0, "A"] },
  duration: {
    kind: duration({ max: "2d" }),
    right: [...same("0s", "1ms", "1d"), ["60s", "1m"], ["1h 30M", "1h30m"], ["1500ms", "1s500ms"]],
    wrong: ["", "10", 10, "3d", "-1s", "1.5h", "1y", "s", null],
  },
  byteSize: {
    kind: byteSize({ max: "1TiB" }),
    right: [...same("0B", "1KiB", "1500B"), [1048576, "1MiB"], ["1MB", "1000000B"], ["2 gib", "2GiB"], [5, "5B"]],
    wrong: ["", "x", -1, 1.5, "2TiB", null, "1Ki"],
  },
  address: {
    kind: address,
    right: [
      ...same("127.0.0.1", "::1"),
      ["2001:DB8:0:0::1", "2001:db8::1"],
      ["[::1]", "::1"],
      ["::ffff:1.2.3.4", "::ffff:102:304"],
    ],
    wrong: ["", "localhost", "1.2.3", "1.2.3.256", "fe80::1%eth0", "01.2.3.4", 1, "1.2.3.4 "],
  },
  addressRange: {
    kind: addressRange,
    right: [
      ...same("10.0.0.0/8", "::/0", "192.0.2.1"),
      ["192.0.2.1/32", "192.0.2.1"],
      ["2001:DB8::/32", "2001:db8::/32"],
    ],
    wrong: ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "x/8", "/8"],
  },
  peerRange: {
    kind: peerRange,
    right: [
      ...same("10.0.0.0/8", "2001:db8::/32", "::ffff:0:0/95"),
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["::FFFF:192.0.2.0/120", "192.0.2.0/24"],
      ["::ffff:0:0/96", "0.0.0.0/0"],
    ],
    wrong: ["*", "10.0.0.0/33", "www.example.org", "", 1],
  },
  accessRule: {
    kind: accessRule,
    right: [
      ...same("allow 192.0.2.1", "deny 2001:db8::/32", "deny *"),
      [" DENY   10.0.0.0/8 ", "deny 10.0.0.0/8"],
      ["allow ::ffff:192.0.2.0/120", "allow 192.0.2.0/24"],
    ],
    wrong: [
      "",
      "allow",
      "deny all",
      "permit *",
      "allow *.example.org",
      "deny 1.2.3.4 5.6.7.8",
      "deny 1.2.3.4/33",
      null,
    ],
  },
  rate: {
    kind: rate,
    right: [...same("60 per 1m", "1 per 10ms", "20 per 200ms"), ["1000/1h", "1000 per 1h"], ["5 PER 60s", "5 per 1m"]],
    wrong: ["", "60", "0 per 1m", "60 per", "60 per 0s", "1000001 per 1m", "1 per 2d", "-1 per 1m", "1.5 per 1m", 60],
  },
  hostName: {
    kind: hostName(),
    right: [
      ...same("www.example.org", "a_b.local", "localhost"),
      ["EXAMPLE.org.", "example.org"],
      ["bücher.example", "xn--bcher-kva.example"],
    ],
    wrong: ["", "-a.org", "a..b", "*.example.org", "1.2.3.4", "a b", `${"a".repeat(64)}.org`, "a/b"],
  },
  binding: {
    kind: binding,
    right: [
      [":2525", "*:2525"],
      ["*:80:", "*:80"],
      ...same("127.0.0.1:25", "[::1]:443", "*:80:www.example.org", "*:443:*.example.org", "*:0"),
    ],
    wrong: ["", "25", "::1:443", "1.2.3:25", "*:65536", "*:x", "*:80:a b", ":", "[::1]", "[:]:1"],
  },
  path: {
    kind: path,
    right: [
      ...same("content/www", "/srv/www", ".", "a b/ü"),
      ["content//www/", "content/www"],
      ["a/../b", "b"],
      ["./x", "x"],
    ],
    wrong: ["", "../x", "a/../../x", "..", "a\u0000b", "a\nb"],
  },
  pattern: { kind: pattern, right: same("*.example.org", "a?c", "plain"), wrong: ["", "a\nb", "*?".repeat(17)] },
  list: {
    kind: list(whole({ min: 0, max: 9 }), { max: 3 }),
    right: same([], [1, 2]),
    wrong: [[1, 2, 3, 4], [10], "1", { 0: 1 }, null],
  },
  table: {
    kind: table({ host: hostName(), port: whole({ min: 1, max: 9 }) }, { max: 2 }),
    right: [[{ a: { host: "A.b", port: 1 } }, { a: { host: "a.b", port: 1 } }], ...same({})],
    wrong: [
      [],
      { a: 1 },
      { a: { host: "a" } },
      { a: { host: "a", port: 1, more: 2 } },
      { "": { host: "a", port: 1 } },
      null,
    ],
  },
  "table with columns that may be left out": {
    kind: table(
      { host: hostName(), ports: list(whole({ min: 1, max: 9 }), { max: 2 }) },
      { max: 2, fallbacks: { ports: [1] } },
    ),
    right: [
      [{ a: { host: "a", ports: [1] } }, { a: { host: "a" } }],
      ...same({ a: { host: "a" } }, { a: { host: "a", ports: [] } }),
    ],
    wrong: [{ a: { ports: [1] } }, { a: { host: "a", ports: [10] } }],
  },
  reference: { kind: reference("www/sites"), right: same("default"), wrong: ["", 1, null] },
  secret: { kind: secret, right: [], wrong: ["clear", {}, { $sealed: {} }, { $sealed: { keys: [], age: "x" } }, null] },
};

for (const [name, { kind, right, wrong }] of Object.entries(cases))
  describe(name, () => {
    test("reads what is right and writes the one canonical spelling", () => {
      for (const [written, canonical] of right) {
        const printed = kind.print(expectGood(kind.decode(written)));
        expect(printed).toEqual(canonical);
        expect(kind.print(expectGood(kind.decode(printed)))).toEqual(printed);
      }
    });
    test("refuses what is wrong and says what is needed", () => {
      for (const written of wrong) {
        const decoded = kind.decode(written);
        expect(decoded.ok ? written : "refused").toBe("refused");
        if (!decoded.ok) for (const it of decoded.error) expect(it.wish).not.toBe("");
      }
    });
    test("answers every JSON value without throwing, and what it accepts survives print and decode", () => {
      fc.assert(
        fc.property(fc.jsonValue(), (given) => {
          const decoded = kind.decode(given as Json);
          if (decoded.ok) {
            const printed = kind.print(decoded.value);
            expect(kind.print(expectGood(kind.decode(printed)))).toEqual(printed);
          }
        }),
        { numRuns: 200 },
      );
    });
  });

test("every duration and size in bounds survives print and decode", () => {
  const time = duration({ max: "9000d" });
  const size = byteSize({ max: "1TiB" });
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 }), (value) => {
      expect(expectGood(time.decode(time.print(value)))).toBe(value);
      expect(expectGood(size.decode(size.print(value)))).toBe(value);
    }),
  );
});

test("a pattern fits what its wildcards allow, as a regular expression of the same meaning says", () => {
  const alphabet = fc.constantFrom("a", "b", ".", "*", "?");
  const texts = fc.array(fc.constantFrom("a", "b", "."), { maxLength: 12 }).map((it) => it.join(""));
  fc.assert(
    fc.property(
      fc.array(alphabet, { maxLength: 8 }).map((it) => it.join("")),
      texts,
      (wanted, given) => {
        const source = wanted.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
        expect(fitsPattern(wanted, given)).toBe(new RegExp(`^${source}$`).test(given));
      },
    ),
    { numRuns: 1000 },
  );
});

test("lists and tables pass on what their parts name and claim, and say nothing where no part can", () => {
  const rows = table(
    { listens: list(binding, { max: 2 }), certificate: reference("certificate/certificates") },
    { max: 2 },
  );
  const value = expectGood(rows.decode({ a: { listens: ["*:443", "*:0"], certificate: "x" } }));
  expect(rows.links?.(value)).toEqual([{ collection: "certificate/certificates", name: "x" }]);
  expect(rows.claims?.(value)).toEqual([{ address: "*", port: 443, host: "", secure: false }]);
  expect(Object.keys(table({ host: hostName() }, { max: 2 }))).not.toContain("links");
});

test("a sealed value is known by its exact shape", () => {
  const age = "-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\n";
  expect(isSealedValue({ $sealed: { keys: ["machine-0123abcd"], age } })).toBe(true);
  expect(isSealedValue({ $sealed: { keys: ["machine-0123abcd"], age, more: 1 } })).toBe(false);
  expect(isSealedValue({ $sealed: { keys: ["../x"], age } })).toBe(false);
});
