import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/source.ts";
import { faultsPage, joined, rowsIn, rowText, seedsIn } from "./page.ts";
import { rows } from "./rows.ts";
import { resultsOf } from "./table.ts";

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

test("a page keeps what was not tried, and tells anew what was", () => {
  const [first, second] = rows;
  if (first === undefined || second === undefined) throw new Error("no rows");
  const passed = resultsOf("skipped").map(() => "yes");
  const page = faultsPage("the seeds", joined([first, second], [{ row: first, results: passed }], ""));
  expect([seedsIn(page), rowsIn(page)]).toEqual(["the seeds", [rowText(first), rowText(second)]]);
  const again = joined([first, second], [{ row: second, results: passed }], page);
  expect(again.map((it) => it.results)).toEqual([passed, passed]);
  expect(joined([second], [], "").map((it) => it.results[0])).toEqual(["not tried"]);
});
