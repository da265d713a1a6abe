import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formats } from "./imported.ts";
import { guessFormat, readList } from "./read-list.ts";

const SHA = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=";
const SHA512 = `$6$abc$${"a".repeat(86)}`;

describe("htpasswd", () => {
  test("takes users with hashes that can be verified, and tells the lines of all others", () => {
    const { users, skipped } = readList(
      `# a comment\n\nAnna:${SHA}\r\nbert:rEK1ecacw.7.c\nno colon\ncarl:\n a b:${SHA}\nanna:${SHA}\n`,
      "htpasswd",
    );
    expect(users).toEqual([
      {
        line: 3,
        name: "anna",
        fullName: "",
        groups: [],
        enabled: true,
        expiresMs: null,
        secret: { is: "hash", hash: SHA },
      },
    ]);
    expect(skipped.map(({ line, because }) => `${line}: ${because}`)).toEqual([
      "4: its hash is the DES crypt, which sees eight characters only and is not verified any more",
      "5: it has no colon",
      "6: its hash is locked: it has no password",
      "7: its name is none that an account can have",
      "8: its name stands in line 3 already",
    ]);
  });

  test("repeats nothing of a line that it does not take", () => {
    const { skipped } = readList("anna:hunter2\nhunter3\n", "htpasswd");
    expect(JSON.stringify(skipped)).not.toContain("hunter");
  });
});

test("shadow takes those who have a password, with the day on which they expire; who is locked comes disabled", () => {
  const lines = [
    "root:*:19000:0:99999:7:::",
    "daemon:!:19000::::::",
    `anna:${SHA512}:19000:0:99999:7::20000:`,
    `bert:!${SHA512}:19000:0:99999:7:::`,
    "carl:$y$j9T$abc$def:19000:0:99999:7:::",
  ];
  const { users, skipped } = readList(lines.join("\n"), "shadow");
  expect(users.map((it) => [it.name, it.enabled, it.expiresMs])).toEqual([
    ["anna", true, 20_000 * 86_400_000],
    ["bert", false, null],
  ]);
  expect(skipped.map((it) => it.line)).toEqual([1, 2, 5]);
  expect(skipped[2]?.because).toContain("yescrypt");
});

describe("CSV", () => {
  test("names its columns in any order, quotes what it likes, and has a row for each user", () => {
    const text = [
      "\ufeffName,password,Groups,fullname,enabled,expires",
      'anna,"a ""b"", c",staff;mail,"Anna\r\nOf The Hill",yes,2030-01-01',
      "bert,,,,no,",
    ].join("\r\n");
    const { users, skipped } = readList(text, "csv");
    expect(skipped).toEqual([]);
    expect(users).toMatchObject([
      {
        line: 2,
        name: "anna",
        fullName: "Anna\r\nOf The Hill",
        groups: ["staff", "mail"],
        enabled: true,
        expiresMs: Date.UTC(2030, 0, 1),
        secret: { is: "clear", password: 'a "b", c' },
      },
      { line: 4, name: "bert", enabled: false, secret: { is: "none" } },
    ]);
  });

  test("tells what is wrong by line", () => {
    const because = (text: string) => readList(text, "csv").skipped.map(({ line, because: it }) => `${line}: ${it}`);
    expect(because("")).toEqual(["1: it has no row with the names of columns"]);
    expect(because("nam,password\n")).toEqual([
      '1: a column is none of name, fullName, groups, password, hash, enabled, expires (did you mean "name"?)',
    ]);
    expect(because("password\nx")).toEqual(["1: no column is called name"]);
    expect(because(`name,password,hash\na,b,${SHA}\nb,x\nc,,\nd,,nohash`)).toEqual([
      "2: it has a password and a hash",
      "3: it has 2 cells, and the first row 3",
      "5: its hash is no hash that is known here",
    ]);
    expect(because('name\na"b')).toHaveLength(1);
    expect(because('name,enabled,expires\na,maybe,\nb,,soon\n"x')).toHaveLength(3);
  });
});

test("the format is known by the first line that says anything", () => {
  expect(guessFormat(`# x\n\nanna:${SHA}\n`)).toBe("htpasswd");
  expect(guessFormat("root:*:19000:0:99999:7:::\n")).toBe("shadow");
  expect(guessFormat("name,password\n")).toBe("csv");
  expect(guessFormat("")).toBe("csv");
});

test("no text throws, and no name comes twice", () => {
  const piece = fc.constantFrom("name", "anna", ":", ",", '"', "\n", "\r\n", ";", "password", SHA, "!", "hash", "$6$");
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 40 }).map((it) => it.join("")),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...formats), (list, format) => {
      const names = readList(list, format).users.map((it) => it.name);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});
