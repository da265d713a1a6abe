import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/source.ts";
import { rowsIn, rowText } from "./page.ts";
import { rows } from "./rows.ts";

test("docs/FAULTS.md lists exactly the rows of the kit; `npm run faults` makes it so", () => {
  const page = readFileSync(join(root, "docs", "FAULTS.md"), "utf8");
  expect(rowsIn(page)).toEqual(rows.map(rowText));
});

test("every row has a name of its own, and an article that there is", () => {
  const names = rows.map((it) => it.name);
  expect(names.filter((it, at) => names.indexOf(it) !== at)).toEqual([]);
  const articles = readdirSync(join(root, "knowledge"));
  expect(rows.map((it) => it.article).filter((it) => !articles.includes(`${it}.md`))).toEqual([]);
});

test("each of the three seeds has several forms", () => {
  for (const seed of ["S1", "S2", "S3"]) expect(rows.filter((it) => it.family === seed).length).toBeGreaterThan(4);
});
