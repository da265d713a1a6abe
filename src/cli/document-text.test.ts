import { expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonObject } from "../base/json.ts";
import { brokenLine, repeatedName } from "./document-flaws.ts";
import { readDocument, writeDocument } from "./document-text.ts";

const whyNot = (text: string): string => {
  const read = readDocument(text);
  return read.ok ? `read as ${JSON.stringify(read.value)}` : read.error;
};

test("what was written is read back as the same, as YAML and as JSON", () => {
  const leaf = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.constant(null));
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom("*:80", "a: b", "- x", "#", "true", "~", "'", '"', "__proto__", "<<", "0123", "\ud800"),
  );
  const document = fc.dictionary(
    name,
    fc.oneof(leaf, fc.array(leaf), fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf)))),
  );
  fc.assert(
    fc.property(document, (given) => {
      expect(readDocument(writeDocument(given as JsonObject))).toEqual({ ok: true, value: given });
      expect(readDocument(JSON.stringify(given, null, 2))).toEqual({ ok: true, value: given });
    }),
  );
});

test("nothing in it is an empty document, a list or a text is none", () => {
  expect(readDocument("# only this\n")).toEqual({ ok: true, value: {} });
  expect(writeDocument({})).toBe("{}\n");
  expect(whyNot("- a\n")).toBe("it has no names at its beginning, such as smtp:");
  expect(whyNot("a: 1\n---\nb: 2\n")).toBe("it has no names at its beginning, such as smtp:");
});

test("a name with nothing behind it is refused: it would take a whole site away", () => {
  expect(whyNot("smtp:\n  sites:\n    default:\n    # a comment\n    other: {}\n")).toBe(
    "nothing stands behind default in line 3: write null to take it away, or {} for an entry without settings of its own",
  );
  expect(whyNot("smtp:")).toStartWith("nothing stands behind smtp in line 1");
  expect(readDocument("a: null\nb:\n  c: 1\nd:\n- 1\n")).toEqual({ ok: true, value: { a: null, b: { c: 1 }, d: [1] } });
});

test("where it stops being YAML is told with the line", () => {
  expect(whyNot("smtp:\n  idleTimeout: 5m\n  bindings: *:25\n  x: 1\n")).toBe(
    'it is no YAML from line 3 on, "bindings: *:25": Unresolved alias',
  );
  const whole = ["a:", "  b: [1,", "    2,", "    3]", '  c: "x', '    y"'];
  for (const at of [0, 4, 6]) {
    const lines = [...whole, ...whole.map((it) => it.replace("a", "z"))].toSpliced(at, 0, "oops: [");
    expect(brokenLine(lines.join("\n"))).toBe(at + 1);
  }
});

test("of JSON it is told as of JSON", () => {
  expect(whyNot('{ "ftp": {\n  "idleTimeout" "5m" } }\n')).toBe(
    'it is no JSON from line 2 on, ""idleTimeout" "5m" } }": Expected ":" but found ""5m""',
  );
  expect(whyNot('{\n "a": {\n  "b": 1\n')).toStartWith("it is no JSON from line 4 on");
  expect(whyNot('{\n "a": "x\n }\n')).toStartWith('it is no JSON from line 2 on, ""a": "x": Unterminated');
  expect(whyNot("{ a: 1,\n b: *c }")).toStartWith("it is no YAML");
});

test("a name that stands twice in one place is refused, with both lines", () => {
  const twice =
    "smtp:\n  sites:\n    default:\n      relay: none\n    other:\n      relay: none\n    'default':\n      relay: listed\n";
  expect(whyNot(twice)).toBe("default stands twice, in line 3 and in line 7");
  expect(whyNot('{\n  "a": 1,\n  "a": 2\n}')).toBe("a stands twice, in line 2 and in line 3");
  expect(repeatedName("a:\n- x: 1\n  y: 1\n  x: 2\n")).toEqual({ name: "x", line: 4, firstLine: 2 });
});

test("the same name in two places, or in a text, is fine", () => {
  for (const text of [
    "a:\n  x: 1\nb:\n  x: 1\n",
    "a:\n- x: 1\n- x: 2\n",
    "a: |\n  x: 1\n  x: 2\n",
    'a: "\n  x: 1\n  x: 2"\n',
    "a:\n  b:\n    x: 1\n  c: 1\n  d:\n    x: 1\n",
    "# a: 1\na: 1\n",
  ])
    expect(repeatedName(text)).toBeUndefined();
});
