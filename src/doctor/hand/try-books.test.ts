import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyPath } from "../../spool/body-file.ts";
import { booksFile, foundBooks } from "../../spool/found/books-file.ts";
import { spoolFormatTable } from "../../spool/found/format-steps.ts";
import { tryLiveBooks } from "./try-books.ts";

const root = mkdtempSync(join(tmpdir(), "inetsrv-live-"));
afterAll(() => rmSync(root, { recursive: true }));

function books(name: string): { readonly folder: string; readonly open: Database } {
  const folder = join(root, name);
  mkdirSync(join(folder, "bodies"), { recursive: true });
  foundBooks(folder, spoolFormatTable);
  return { folder, open: new Database(booksFile(folder)) };
}
const take = (open: Database, n: number, leftMs: number | null) => {
  if (leftMs === null) open.run("INSERT INTO place VALUES (?, ?, 0)", [n, `m${n}`]);
  open.run("INSERT INTO message VALUES (?, ?, 1, '', '{}', '{}', '{}', NULL, 9, 1, 1, ?)", [n, `m${n}`, leftMs]);
};

test("of books that somebody writes only those messages are missed that are in the queue and have no body", () => {
  const { folder, open } = books("queue");
  expect(tryLiveBooks(folder)).toEqual({ is: "fine", facts: { lost: 0 } });
  take(open, 1, 5);
  take(open, 2, null);
  take(open, 3, null);
  writeFileSync(bodyPath(folder, "m3"), "no body of ours");
  const end = tryLiveBooks(folder);
  expect(end).toMatchObject({ is: "damaged", facts: { lost: 2 } });
  expect(end.is === "damaged" && end.because).toContain("message m3");
  open.close();
});

test("books of another release are told as such", () => {
  const { folder, open } = books("newer");
  open.run("PRAGMA user_version = 99");
  open.close();
  expect(tryLiveBooks(folder)).toMatchObject({ is: "failed", because: expect.stringContaining("of format 99") });
});
