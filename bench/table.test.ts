import { expect, test } from "bun:test";
import { table } from "./table.ts";

const rows = [
  { store: "SQLite", "load ms": 12.3456, nodes: 100_000 },
  { store: "memory", "load ms": 1234.5, nodes: 3 },
];

test("figures stand to the right, with four digits and their thousands apart; words to the left", () => {
  expect(table(rows, 80).split("\n")).toEqual([
    "store   load ms    nodes",
    "SQLite    12.35  100,000",
    "memory    1,235        3",
  ]);
});

test("a terminal that is too narrow gets each row as a list", () => {
  expect(table(rows, 24)).toStartWith("store   load ms");
  expect(table(rows, 23)).toBe(
    "store: SQLite\nload ms: 12.35\nnodes: 100,000\n\nstore: memory\nload ms: 1,235\nnodes: 3",
  );
});

test("a bench without a row is an empty table", () => {
  expect(table([], 80)).toBe("");
});
