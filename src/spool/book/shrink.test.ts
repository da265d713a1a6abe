import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { foundBooks, layOut, openBooksFile } from "../found/books-file.ts";
import { spoolFormatTable } from "../found/format-steps.ts";
import { STEP_PAGES, shrink } from "./shrink.ts";

const KEPT = 300;
const MEGABYTE = 1024 * 1024;

/** Takes room for bodies and needs it no more. */
function breathe(database: Database): void {
  database.transaction(() => {
    for (let n = 0; n < 20; n++) database.run("INSERT INTO body VALUES (?, randomblob(?))", [n, MEGABYTE]);
    database.run("DELETE FROM body");
  })();
}

/** As the teller asks it. */
const step = (database: Database): boolean => database.transaction(() => shrink(database, KEPT))();

const pages = (database: Database): number => Number(database.query("PRAGMA page_count").values()[0]?.[0]);

test("what a long queue has taken goes back to the disk in steps, but for what the next messages need", () => {
  const folder = mkdtempSync(join(tmpdir(), "shrink-"));
  expectGood(foundBooks(folder, spoolFormatTable));
  const database = expectGood(openBooksFile(folder));
  breathe(database);
  const before = pages(database);
  expect(step(database)).toBe(true);
  const after = pages(database);
  expect([after <= before - STEP_PAGES, after > before - 1.1 * STEP_PAGES]).toEqual([true, true]);
  while (step(database));
  const [free] = database.query("PRAGMA freelist_count").values()[0] ?? [];
  expect([Number(free) >= KEPT, Number(free) < KEPT + STEP_PAGES]).toEqual([true, true]);
  database.close();
  rmSync(folder, { recursive: true });
});

test("books that cannot give anything back are not asked for ever", () => {
  using database = new Database(":memory:");
  layOut(database);
  breathe(database);
  expect(step(database)).toBe(false);
});
