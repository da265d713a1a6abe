// Both rooms of a home go to the formats that are wanted, as far as nobody else has them; with made-up later formats.
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import { sentence } from "../../base/fault.ts";
import { type Home, roomPath } from "../../base/home.ts";
import { expectGood } from "../../base/result.ts";
import { createMetabase } from "../../metabase/create-metabase.ts";
import { nextFormat } from "../../metabase/testing/next-format.ts";
import { makeRig as metabaseRig } from "../../metabase/testing/rig.ts";
import { foundBooks } from "../../spool/found/books-file.ts";
import { spoolFormatTable } from "../../spool/found/format-steps.ts";
import { useLock } from "../../spool/spool-lock.ts";
import { NEXT, nextFormatTable, TODAY } from "../../spool/testing/next-format.ts";
import { makeHome } from "../home-folders.ts";
import { holdHome } from "../home-holder.ts";
import { type FormatsWorld, type FormatWish, showFormats, writeFormats } from "./home-formats.ts";

interface Rig extends AsyncDisposable {
  readonly world: FormatsWorld;
  readonly home: Home;
}

async function rig(parts: { readonly spool: boolean }): Promise<Rig> {
  const home: Home = { root: mkdtempSync(join(tmpdir(), "formats ü ")), from: "--home" };
  expectGood(makeHome(home));
  const folder = roomPath(home, "metabase");
  await using elsewhere = metabaseRig();
  const made = await createMetabase({ ...elsewhere.options, folder }, "setup");
  await expectGood(made).close();
  if (parts.spool) expectGood(foundBooks(roomPath(home, "spool"), spoolFormatTable));
  const clock = new ManualClock(1_800_000_000_000);
  const tables = { metabase: nextFormat(), spool: nextFormatTable };
  return {
    home,
    world: { home, version: "0.2.0", clock, tables },
    [Symbol.asyncDispose]: async () => rmSync(home.root, { recursive: true }),
  };
}

const found = (world: FormatsWorld) => {
  const { metabase, spool } = expectGood(showFormats(world));
  return { metabase: metabase.found, spool: spool.found };
};

const refused = (world: FormatsWorld, wish: FormatWish): readonly string[] => {
  const written = writeFormats(world, wish);
  return written.ok ? ["written"] : [written.error.is, sentence(written.error.fault)];
};

test("what is named goes to the format that is wanted, forward and back, and the rest stays as it is", async () => {
  await using it = await rig({ spool: true });
  expect(found(it.world)).toEqual({ metabase: 1, spool: TODAY });
  const first = expectGood(writeFormats(it.world, { spool: NEXT }));
  expect(first.brought).toMatchObject({ spool: { from: TODAY, to: NEXT, leftOut: [] } });
  expect([found(it.world), first.formats.spool]).toEqual([
    { metabase: 1, spool: NEXT },
    { found: NEXT, writes: NEXT, reads: [1, TODAY, NEXT] },
  ]);
  expectGood(writeFormats(it.world, { metabase: 2, spool: NEXT }));
  expect(found(it.world)).toEqual({ metabase: 2, spool: NEXT });
  expectGood(writeFormats(it.world, { metabase: 1, spool: TODAY }));
  expect(found(it.world)).toEqual({ metabase: 1, spool: TODAY });
});

test("where there are no books yet there is nothing to bring", async () => {
  await using it = await rig({ spool: false });
  const written = expectGood(writeFormats(it.world, { metabase: 2, spool: NEXT }));
  expect([Object.keys(written.brought), found(it.world)]).toEqual([["metabase"], { metabase: 2, spool: null }]);
});

test("a format that this release does not know is refused, and nothing is changed", async () => {
  await using it = await rig({ spool: true });
  expect(refused(it.world, { metabase: 2, spool: NEXT + 1 })).toEqual([
    "refused",
    `Cannot bring the spool to format ${NEXT + 1}: this release knows 1, ${TODAY}, ${NEXT}. Use a release that knows both formats, the one on the disk and the one that is wanted`,
  ]);
  expect(found(it.world)).toEqual({ metabase: 1, spool: TODAY });
});

test("while somebody has the home it is refused by name", async () => {
  await using it = await rig({ spool: true });
  const server = expectGood(holdHome(it.home, "server", 1));
  expect(refused(it.world, { metabase: 2 })[0]).toBe("held");
  expect(refused(it.world, { metabase: 2 })[1]).toContain(`a running server (process ${process.pid}) has it`);
  server.release();
  expect(refused(it.world, { metabase: 2 })).toEqual(["written"]);
});

test("while somebody has the mail open that is said, and what was done before it", async () => {
  await using it = await rig({ spool: true });
  const worker = expectGood(useLock(roomPath(it.home, "spool"), "shared"));
  const [is, told] = refused(it.world, { metabase: 2, spool: NEXT });
  worker.release();
  expect(is).toBe("held");
  expect(told).toContain("another process has it open; the metabase is of format 2 now. Wait until that has ended");
  expect(found(it.world)).toEqual({ metabase: 2, spool: TODAY });
});
