// Harm to files that only a hand or a disk can do: bytes changed in place, databases edited behind the program's back. Only
// for tests.
import { Database } from "bun:sqlite";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { Rig } from "./rig.ts";

/** Runs statements on a database of the home while nobody has it open. */
function onDatabase(path: string, ...statements: readonly string[]): void {
  const database = new Database(path);
  for (const it of statements) database.run(it);
  database.close();
}

/** In both places where a database of ours tells it. */
export const writeFormat = (path: string, format: number): void =>
  onDatabase(path, `PRAGMA user_version = ${format}`, `UPDATE meta SET value = '${format}' WHERE key = 'format'`);

/** Replaces a text in all rows of the tree. */
export function editTree(rig: Rig, from: string, to: string): void {
  const path = rig.path("metabase", "metabase.sqlite");
  onDatabase(path, `UPDATE node SET own = replace(own, '${from}', '${to}')`);
}

/** Puts other bytes of the same number in the place of all that are so. */
export function changeBytes(path: string, from: string, to: string): void {
  const text = readFileSync(path, "latin1");
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  writeFileSync(path, text.replaceAll(from, to), "latin1");
}

/** The first part of a file, as a power cut leaves it. */
export const cutShort = (path: string, part: number): void =>
  writeFileSync(path, readFileSync(path).subarray(0, Math.floor(statSync(path).size * part)));
