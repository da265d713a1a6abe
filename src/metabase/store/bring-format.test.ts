// A metabase goes to a made-up later format and back, with all that it holds; and whatever fails on the way, and wherever
// the process dies, it opens afterwards and has lost nothing.
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sentence } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import { smallDisk } from "../../base/testing/small-disk.ts";
import type { FormatTable } from "../../format/format-table.ts";
import type { Brought, Moment } from "../../format/kept-copy.ts";
import type { Metabase } from "../metabase.ts";
import { openMetabase } from "../open-metabase.ts";
import { nextFormat } from "../testing/next-format.ts";
import { author, makeRig, type Rig } from "../testing/rig.ts";
import { bringFormat } from "./bring-format.ts";
import { metabaseFormats, metabaseFormatTable } from "./format-steps.ts";
import type { Stored } from "./trouble.ts";

const file = ({ folder }: Rig): string => join(folder, "metabase.sqlite");
const kept = (rig: Rig, n: number): readonly string[] => {
  const all = join(rig.folder, `before-format-${n}`);
  return existsSync(all) ? readdirSync(all).map((it) => join(all, it)) : [];
};

/** All that anybody can ask of it. */
async function everything(metabase: Metabase): Promise<unknown> {
  const history = expectGood(await metabase.history({ limit: 100 }));
  const revisions = await Promise.all(history.map(async ({ n }) => expectGood(await metabase.revision(n))));
  return { document: metabase.exportDocument("sealed"), history, revisions };
}

/** Opens it, looks at all of it, and closes it. */
async function opens(rig: Rig, formats: FormatTable = metabaseFormatTable): Promise<unknown> {
  const metabase = await rig.open({ formats });
  const all = await everything(metabase);
  await close(rig, metabase);
  return all;
}

async function close(rig: Rig, metabase: Metabase): Promise<void> {
  rig.abandon();
  await metabase.close();
}

const bring = (rig: Rig, to: number, strike?: (moment: Moment) => void): Stored<Brought> =>
  bringFormat(file(rig), nextFormat(true), {
    to,
    release: "0.2.0",
    wallMs: rig.clock.wallMs(),
    ...(strike === undefined ? {} : { strike }),
  });

/** A tree with history, a revision that was confirmed and one that was taken back, as a killed process leaves it. */
async function made(format: 1 | 2): Promise<{ readonly rig: Rig; readonly before: unknown }> {
  await using living = makeRig();
  let metabase = await living.create();
  for (const title of ["one", "two"])
    expectGood(await metabase.change({ ...author, edits: [{ at: `smtp/sites/${title}`, create: { title } }] }));
  if (format === 2) {
    await close(living, metabase);
    expectGood(bring(living, 2));
    metabase = await living.open({ formats: nextFormat(true) });
  }
  const edits = [{ at: "smtp", set: { relay: "listed" } }];
  expectGood(await metabase.change({ ...author, edits, confirmWithinMs: 60_000 }));
  expectGood(await metabase.confirm("bert"));
  expectGood(await metabase.revert(2, author));
  const rig = makeRig();
  cpSync(living.folder, rig.folder, { recursive: true }); // its last changes stand in the log alone
  rmSync(join(rig.folder, "before-format-2"), { recursive: true, force: true });
  return { rig, before: await everything(metabase) };
}

/** Where it can fail or die. */
const MOMENTS = 7;

/** In the header of the file; asked while nobody has it open. */
const formatOf = (rig: Rig): number => readFileSync(file(rig)).readUInt32BE(60);

test("the formats that a release reads and writes follow from the steps", () => {
  expect(metabaseFormats).toEqual({ writes: 1, reads: [1] });
});

test("a start brings an older metabase forward, keeps it as it was, and loses nothing; back is the same", async () => {
  const { rig, before } = await made(1);
  await using _ = rig;
  const next = nextFormat();
  expect(await opens(rig, next)).toEqual(before);
  expect(rig.told()).toEqual([2020]);
  const metabase = await rig.open({ formats: next });
  expect(rig.told()).toEqual([]); // once is enough
  expectGood(
    await metabase.change({ ...author, edits: [{ at: "smtp", set: { connectionsMax: 7 } }], confirmWithinMs: 60_000 }),
  );
  expectGood(await metabase.confirm("carl"));
  const later = await everything(metabase);
  await close(rig, metabase);
  expect(kept(rig, 2)).toHaveLength(1);

  const label = new Database(file(rig));
  label.run("INSERT INTO label VALUES ('smtp', 'mine')");
  label.close();
  const back = expectGood(bring(rig, 1));
  expect(back).toMatchObject({ from: 2, to: 1, leftOut: ['the label "mine" of smtp'] });
  expect(readFileSync(join(back.kept ?? "", "left-out.txt"), "utf8")).toBe('the label "mine" of smtp\n');
  const old = new Database(join(back.kept ?? "", "metabase.sqlite"), { readonly: true });
  expect(old.query("SELECT text FROM label WHERE path = 'smtp'").values()).toEqual([["mine"]]);
  old.close();
  expect(await opens(rig)).toEqual(later);
  expect(expectGood(bring(rig, 1))).toEqual({ from: 1, to: 1, kept: undefined, leftOut: [] });
});

test("a good copy of another format lies with the kept database, and a new one is written", async () => {
  const { rig, before } = await made(1);
  await using _ = rig;
  expectGood(bring(rig, 2));
  expect(existsSync(join(rig.folder, "copy"))).toBe(false);
  expect(readdirSync(join(kept(rig, 2)[0] ?? "", "copy"))).toEqual(["journal-0.jsonl"]);
  expect(await opens(rig, nextFormat(true))).toEqual(before);
  expect(rig.told()).toEqual([2013]);
  expect(readdirSync(join(rig.folder, "copy"))).toEqual(["journal-0.jsonl"]);
});

test("of the copies that are kept before one format only the newest stay", async () => {
  const { rig } = await made(1);
  await using _ = rig;
  for (let times = 0; times < 4; times++) for (const to of [2, 1]) expectGood(bring(rig, to));
  expect([kept(rig, 1).length, kept(rig, 2).length]).toEqual([2, 2]);
});

test("a format that is not known is refused by name, with what mends it, and nothing is changed", async () => {
  const { rig } = await made(2);
  await using _ = rig;
  const files = readdirSync(rig.folder, { recursive: true, encoding: "utf8" });
  const refused = async () => {
    const opened = await openMetabase(rig.options);
    return opened.ok ? "opened" : sentence(opened.error);
  };
  const home = join(rig.folder, "..");
  expect(await refused()).toContain(
    `${file(rig)} is of format 2, written by inetsrv 0.2.0, and this release knows 1. Bring it back with \`inetsrv --home '${home}' formats --write metabase=1\` of inetsrv 0.2.0, or a later one`,
  );
  expect(rig.told()).toEqual([2019]);
  const release = join(home, "releases", "0.2.0");
  mkdirSync(release, { recursive: true });
  const formats = { metabase: { writes: 2, reads: [1, 2] } };
  writeFileSync(
    join(release, "release.json"),
    JSON.stringify({ start: ["runtime/bun", "--no-install", "src/main.ts"], formats }),
  );
  expect(await refused()).toContain(
    `'${release}/runtime/bun' --no-install '${release}/src/main.ts' --home '${home}' formats --write`,
  );
  writeFileSync(join(release, "release.json"), JSON.stringify({ start: ["../../evil"], formats }));
  expect(await refused()).toContain("Bring it back with `inetsrv --home");
  expect(readdirSync(rig.folder, { recursive: true, encoding: "utf8" })).toEqual(
    files.filter((it) => it !== "metabase.sqlite-wal"),
  );
});

test("without room for a copy it serves as it is, refuses changes, and says how much is needed", async () => {
  const { rig } = await made(1);
  await using _ = rig;
  const bringing = { freeBytes: () => 1000 };
  const metabase = await rig.open({ formats: nextFormat(), bringing });
  expect(metabase.readOnly?.because).toMatch(/\d MB are needed in .+ to keep a copy and change it, and 0 MB are free/);
  expect(rig.told()).toEqual([2016]);
  expect([kept(rig, 2), formatOf(rig)]).toEqual([[], 1]);
});

/** Whatever came of it: the one format or the other, whole, and with all that it held. */
async function nothingLost(rig: Rig, before: unknown, was: number, where: string): Promise<number> {
  const found = formatOf(rig);
  // A copy of the other format beside it would be believed, or refused.
  if (found !== was) expect([where, existsSync(join(rig.folder, "copy"))]).toEqual([where, false]);
  expect([where, await opens(rig, found === 1 ? metabaseFormatTable : nextFormat(true))]).toEqual([where, before]);
  for (const it of rig.told()) expect([where, it]).toEqual([where, 2013]); // the copy is written anew, and nothing else
  return found;
}

for (const to of [2, 1] as const)
  for (const code of ["ENOSPC", "EIO"])
    test(`on the way to format ${to} ${code} at any moment leaves the one that was there, or the new one`, async () => {
      for (let moment = 1, struck = true; struck; moment++) {
        const { rig, before } = await made(to === 2 ? 1 : 2);
        await using _ = rig;
        let left = moment;
        const done = bring(rig, to, () => {
          if (--left === 0) throw Object.assign(new Error("as the test says"), { code });
        });
        struck = left <= 0;
        expect([moment, done.ok]).toEqual([moment, !struck]);
        const where = `${code} at moment ${moment}`;
        const found = await nothingLost(rig, before, 3 - to, where);
        if (!struck) expect([moment, found]).toEqual([MOMENTS + 1, to]);
        else expect([where, kept(rig, to).length]).toEqual([where, found === to ? 1 : 0]);
        expect([where, existsSync(`${file(rig)}.new`)]).toEqual([where, false]);
        expectGood(bring(rig, to));
        expect([where, await nothingLost(rig, before, found, where)]).toEqual([where, to]);
      }
    });

const disk = smallDisk("4m");
afterAll(() => disk?.end());

test.skipIf(disk === undefined)(
  "a disk that fills on the way (needs the right to mount one) changes nothing",
  async () => {
    const root = disk?.root ?? "";
    const { rig, before } = await made(1);
    await using _ = rig;
    const folder = join(root, "metabase");
    cpSync(rig.folder, folder, { recursive: true });
    const small: Rig = { ...rig, folder, open: (changes) => rig.open({ ...changes, folder }) };
    const bringing = { to: 2, release: "0.2.0", wallMs: 1, freeBytes: () => Number.POSITIVE_INFINITY };
    const names = readdirSync(folder);
    for (const roomBytes of [0, 20_000, 60_000]) {
      const free = disk?.fill() ?? (() => {});
      truncateSync(join(root, "filler"), statSync(join(root, "filler")).size - roomBytes);
      const failed = bringFormat(file(small), nextFormat(true), bringing);
      expect([roomBytes, !failed.ok && failed.error.is, formatOf(small)]).toEqual([roomBytes, "full", 1]);
      free();
      expect([roomBytes, kept(small, 2)]).toEqual([roomBytes, []]);
    }
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(names.filter((it) => !it.endsWith("-wal"))));
    expect(await opens(small)).toEqual(before);
    expectGood(bringFormat(file(small), nextFormat(true), bringing));
    expect(await opens(small, nextFormat(true))).toEqual(before);
  },
);

const CHILD = join(import.meta.dir, "..", "testing", "format-child.ts");

for (const to of [2, 1] as const)
  test(`on the way to format ${to} kill -9 at any moment leaves the one that was there, or the new one`, async () => {
    const { rig: origin, before } = await made(to === 2 ? 1 : 2);
    await using _ = origin;
    for (let moment = 1, killed = true; killed; moment++) {
      await using rig = makeRig();
      cpSync(origin.folder, rig.folder, { recursive: true });
      const child = Bun.spawn([process.execPath, CHILD, rig.folder, String(to), String(moment)], { stdout: "pipe" });
      await child.exited;
      killed = child.signalCode === "SIGKILL";
      const where = `killed at moment ${moment}`;
      const found = await nothingLost(rig, before, 3 - to, where);
      if (!killed)
        expect([moment, await new Response(child.stdout).text(), found]).toEqual([MOMENTS + 1, "done\n", to]);
      expectGood(bring(rig, to));
      expect([where, await nothingLost(rig, before, found, where)]).toEqual([where, to]);
      expect(kept(rig, to).every((it) => !it.endsWith(".unfinished"))).toBe(true);
    }
  }, 60_000);
