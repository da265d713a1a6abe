// Format 1 knew no place: the real step back and forth, with bodies in the books, in a file of their own and in one that
// several share.
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { bodyPath } from "../body-file.ts";
import { claimed, makeRig, put, type Rig, textOf } from "../testing/rig.ts";
import { booksFile } from "./books-file.ts";
import { bringFormat } from "./bring-format.ts";
import { spoolFormatTable } from "./format-steps.ts";

const bodies = ["small", "1 ".repeat(50_000), "2 ".repeat(50_000), "3 ".repeat(200_000)] as const;

async function filled(rig: Rig): Promise<readonly string[]> {
  const spool = await rig.open();
  const ids = await Promise.all(bodies.map((it) => put(spool, {}, it)));
  const left = await put(spool, { sender: "left@x.example" }, "4 ".repeat(200_000));
  expectGood(await spool.order({ filter: { sender: "left@x.example" }, what: { is: "delete" }, who: "t", atMs: 1 }));
  expect(await textOf(spool, left)).toBeNull();
  await spool.close();
  return ids;
}

const backTo1 = ({ folder, clock }: Rig) =>
  expectGood(bringFormat(folder, spoolFormatTable, { to: 1, release: "0.1.0", wallMs: clock.wallMs() }));

test("back in format 1 what shares a file lies in the books, and what is larger in a file of its own", async () => {
  await using rig = makeRig();
  const [small, one, two, large] = await filled(rig);
  expect(backTo1(rig).leftOut).toEqual([]);
  const books = new Database(booksFile(rig.folder), { readonly: true });
  const rows = books
    .query(
      "SELECT id, in_file, length(bytes) AS bytes FROM message LEFT JOIN body ON message = n WHERE left_ms IS NULL ORDER BY n",
    )
    .all();
  const tables = books.query("SELECT name FROM sqlite_schema WHERE name LIKE 'place%'").all();
  books.close();
  const held = { in_file: 0, bytes: 100_000 };
  expect(rows).toEqual([
    { id: small, in_file: 0, bytes: 5 },
    { id: one, ...held },
    { id: two, ...held },
    { id: large, in_file: 1, bytes: null },
  ]);
  expect(tables).toEqual([]);

  const spool = await rig.open();
  for (const [index, id] of [small, one, two, large].entries())
    expect([index, await textOf(spool, id ?? "")]).toEqual([index, bodies[index] ?? ""]);
  expect(readdirSync(join(rig.folder, "bodies"))).toEqual([`${large}.eml`]);
  expect((await claimed(spool, rig.clock.wallMs())).map((it) => it.id)).toEqual([small, one, two, large] as string[]);
});

test("what does not read on the way back is named, and stays what it was: a message without its body", async () => {
  await using rig = makeRig();
  const [, one, two] = await filled(rig);
  rmSync(bodyPath(rig.folder, one ?? ""));
  const { leftOut } = backTo1(rig);
  expect(leftOut).toEqual([one, two].map((id) => `the body of message ${id}, which does not read`));
  const spool = await rig.open();
  expect([(await spool.body(one ?? "")).ok, (await spool.body(two ?? "")).ok]).toEqual([false, false]);
});
