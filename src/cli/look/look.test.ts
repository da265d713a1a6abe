import { expect, test } from "bun:test";
import fc from "fast-check";
import { localTime } from "../../base/local-time.ts";
import { plain, render, toned } from "./line.ts";
import { markdownLines } from "./markdown.ts";
import { shortDuration, shortSize } from "./moment.ts";
import { type Column, tableLines } from "./table.ts";
import { columnsOf, wrap } from "./wrap.ts";

const width = (lines: readonly string[]): number => Math.max(0, ...lines.map(columnsOf));
const text = fc.string({ unit: "grapheme", maxLength: 60 });

test("wrapped text keeps every character but spaces, within the width", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 40 }), (given, columns) => {
      const lines = wrap(given, columns);
      expect(width(lines)).toBeLessThanOrEqual(columns);
      expect(lines.join("").replaceAll(/[ \n]/g, "")).toBe(given.replaceAll(/[ \n]/g, ""));
    }),
  );
});

test("long words are broken after a separator, wide characters count as two", () => {
  expect(wrap("see smtp/sites/default/bindings", 16)).toEqual(["see", "smtp/sites/", "default/bindings"]);
  expect(wrap("日本語の名前", 5)).toEqual(["日本", "語の", "名前"]);
  expect(wrap("a\n\nb", 5)).toEqual(["a", "", "b"]);
});

const columns: readonly Column[] = [
  { title: "Name", yields: 1 },
  { title: "Count", align: "right", leaves: 1 },
  { title: "Text", yields: 2 },
];
const rowsOf = fc.array(fc.tuple(text, fc.nat().map(String), text), { maxLength: 5 });

test("a table never is wider than the terminal, whatever stands in it", () => {
  fc.assert(
    fc.property(rowsOf, fc.integer({ min: 20, max: 100 }), (rows, columnsMax) => {
      expect(width(tableLines(columns, rows, columnsMax).map(plain))).toBeLessThanOrEqual(columnsMax);
    }),
  );
});

test("a table for a file has one line per row, nothing wrapped", () => {
  const rows = [["a".repeat(50), "1", "b ".repeat(100)]];
  expect(tableLines(columns, rows, undefined)).toHaveLength(2);
});

test("columns give way, then leave, then every row is a list of its own", () => {
  const rows = [["smtp/sites/default", "7", "a text of some length"]];
  const at = (columnsMax: number) => tableLines(columns, rows, columnsMax).map((it) => render(it, false));
  expect(at(50)).toEqual(["Name                Count  Text", "smtp/sites/default      7  a text of some length"]);
  expect(at(40)).toEqual([
    "Name                Count  Text",
    "smtp/sites/default      7  a text of",
    "                           some length",
  ]);
  expect(at(28)).toEqual(["Name            Text", "smtp/sites/     a text of", "default         some length"]);
  expect(at(20)).toEqual([
    "Name   smtp/sites/",
    "       default",
    "Count  7",
    "Text   a text of",
    "       some length",
  ]);
});

test("a column with nothing in it is not shown", () => {
  expect(tableLines(columns, [["a", "", "b"]], 80).map((it) => render(it, false))).toEqual(["Name  Text", "a     b"]);
  expect(tableLines(columns, [], 80)).toEqual([]);
});

test("control characters and escapes from outside are made visible, our own tones are not", () => {
  expect(render([toned("bad", "a\u001b[2Jb"), "\r\u202e"], true)).toBe("\u001b[31ma\\x1b[2Jb\u001b[0m\\x0d\\u202e");
  expect(render(toned("bad", "x\u009b31m"), false)).toBe("x\\x9b31m");
});

test("times and sizes are short", () => {
  expect([0, 59_999, 60_000, 7_800_000, 90_000_000, -5].map(shortDuration)).toEqual([
    "0s",
    "59s",
    "1m",
    "2h 10m",
    "1d 1h",
    "0s",
  ]);
  expect([0, 1023, 1024, 42_000_000, 2 ** 40].map(shortSize)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "40 MiB",
    "1.0 TiB",
  ]);
  expect(localTime(new Date(2026, 6, 7, 8, 9, 1).getTime())).toBe("2026-07-07 08:09:01");
});

test("an article keeps its code, its lists and its tables, and a heading stands right above its text", () => {
  const article =
    "## See it\n\nA paragraph over\ntwo lines.\n\n- one\n  more\n- two\n\n```\n  $ code   stays\n```\n| a | b |\n";
  expect(markdownLines(article, 30).map((it) => render(it, false))).toEqual([
    "See it",
    "A paragraph over two lines.",
    "",
    "- one more",
    "- two",
    "",
    "    $ code   stays",
    "| a | b |",
    "",
  ]);
});
