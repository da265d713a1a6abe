import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeptCopy } from "./kept-copy.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept copy "));
});
afterEach(() => rmSync(folder, { recursive: true }));

const DAY_MS = 86_400_000;
const kept = (): readonly string[] => readdirSync(join(folder, "before-format-2"));

function finished(wallMs: number): KeptCopy {
  using database = new Database(":memory:");
  const copy = KeptCopy.begin(folder, 2, wallMs);
  copy.take(database, "books");
  copy.finish([]);
  return copy;
}

test("whoever is killed again and again before it is done leaves no more than a few", () => {
  for (let day = 0; day < 6; day++) finished(day * DAY_MS);
  expect(kept().length).toBe(3);
});

test("the newest stays, whatever the clock says", () => {
  for (const day of [5, 6, 7]) finished(day * DAY_MS).prune();
  const newest = finished(DAY_MS);
  newest.prune();
  expect(existsSync(newest.path)).toBe(true);
  expect(kept().length).toBe(2);
});
