// The formats of a home as the program tells them: shown at any time, written only while no server runs; and a home that
// a later release has written is refused with the way back.
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { Program } from "./program.ts";

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

/** As a later release would leave it, as far as an older one looks. */
function writtenByLater(file: string): void {
  const database = new Database(file);
  database.run("PRAGMA user_version = 7");
  database.run("INSERT OR REPLACE INTO meta VALUES ('format', '7'), ('writer', '0.9.1')");
  database.close();
}

test("formats are shown while the server runs, and written when it has ended", async () => {
  await using program = new Program();
  await program.init("smtp");
  await program.up();
  const running = JSON.parse(await program.must("formats", "--json"));
  expect(running).toEqual({
    metabase: { found: 1, writes: 1, reads: [1] },
    spool: { found: 2, writes: 2, reads: [1, 2] },
  });
  const refused = await program.run("formats", "--write", "metabase=1");
  expect(refused.code).toBe(exitCodes.conflict);
  expect(flat(refused.err)).toContain("inetsrv down");
  await program.must("down");
  const { brought } = JSON.parse(await program.must("formats", "--write", "metabase=1,spool=1", "--json"));
  expect(brought).toMatchObject({ metabase: { from: 1, to: 1, leftOut: [] }, spool: { from: 2, to: 1, leftOut: [] } });
  expect((await program.run("formats", "--write", "spool=3")).code).toBe(exitCodes.refused);
  expect(JSON.parse(await program.must("formats", "--json")).spool.found).toBe(1);
  await program.up();
  expect(JSON.parse(await program.must("formats", "--json")).spool.found).toBe(2);
}, 60_000);

test("a metabase of a later format is not opened, nothing is changed, and the way back is named", async () => {
  await using program = new Program();
  await program.init("smtp");
  writtenByLater(join(program.home, "metabase", "metabase.sqlite"));
  for (const words of [["up"], ["config", "show"], ["formats", "--write", "metabase=1"]]) {
    const { code, err } = await program.run(...words);
    expect([words, code]).toEqual([words, exitCodes.failed]);
    expect(flat(err)).toContain("is of format 7, written by inetsrv 0.9.1, and this release knows 1");
    expect(flat(err)).toContain(
      `--home '${program.home}' formats --write metabase=1\` of inetsrv 0.9.1, or a later one`,
    );
  }
  expect(JSON.parse(await program.must("formats", "--json")).metabase.found).toBe(7);
  expect(existsSync(join(program.home, "metabase", "before-format-1"))).toBe(false);
});

test("a mail spool of a later format keeps mail from being taken, and status names the way back", async () => {
  await using program = new Program();
  await program.init("smtp");
  await program.up();
  await program.must("down");
  writtenByLater(join(program.home, "spool", "mail.sqlite"));
  await program.up();
  const { out } = await program.run("status");
  expect(flat(out)).toContain("is of format 7, written by inetsrv 0.9.1, and this release knows 1, 2");
  expect(flat(out)).toContain("formats --write spool=2");
});
