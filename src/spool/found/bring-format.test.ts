// The books go to a made-up later format and back, with the queue, the history and every body; and whatever fails on the
// way, and wherever the process dies, they open afterwards and nothing acknowledged is lost.
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { smallDisk } from "../../base/testing/small-disk.ts";
import type { FormatTable } from "../../format/format-table.ts";
import type { Brought, Moment } from "../../format/kept-copy.ts";
import { stampOf } from "../../format/stamp.ts";
import { DirectDesk } from "../desk.ts";
import { OpenMailSpool } from "../mail-spool.ts";
import type { MailSpool } from "../spool.ts";
import { useLock } from "../spool-lock.ts";
import { NEXT, nextFormatTable, TODAY } from "../testing/next-format.ts";
import { claimed, makeRig, names, put, type Rig, textOf } from "../testing/rig.ts";
import type { Spooled } from "../trouble.ts";
import { booksFile } from "./books-file.ts";
import { bringFormat } from "./bring-format.ts";
import { spoolFormats, spoolFormatTable } from "./format-steps.ts";
import { type News, openBooks } from "./open-books.ts";

const LARGE = "y".repeat(300_000);
const keptIn = (folder: string, n: number): readonly string[] => {
  const all = join(folder, `before-format-${n}`);
  return existsSync(all) ? readdirSync(all).map((it) => join(all, it)) : [];
};

interface Life {
  readonly spool: MailSpool;
  readonly news: readonly News[];
}

let lives = 0;

/** Without a thread, so that a test has formats of its own. */
function open({ folder, clock }: Rig, formats: FormatTable): Spooled<Life> {
  const { how, news } = openBooks({ folder, wallMs: clock.wallMs(), reserveBytes: 4096 }, undefined, formats);
  if (!how.ok) return how;
  const desk = new DirectDesk(how.value.teller, how.value.close);
  const room = () => ({ accepting: true }) as const;
  const spool = new OpenMailSpool({ desk, folder, clock, names: names(`f${++lives}x`), room, bodyLost: () => {} });
  return { ok: true, value: { spool, news } };
}

/** One that has left, one that was tried, a held one, a small and a large one. */
async function filled(): Promise<Rig> {
  const rig = makeRig();
  const { spool } = expectGood(open(rig, spoolFormatTable));
  const at = { recipient: 0, atMs: 5, remote: "mx", reply: "as it was said" } as const;
  const left = await put(spool);
  await claimed(spool, rig.clock.wallMs());
  expectGood(await spool.record([{ id: left, outcome: { is: "delivered" }, ...at }]));
  const tried = await put(spool, { to: ["anna@example.org", "bert@example.net"] });
  await claimed(spool, rig.clock.wallMs());
  expectGood(await spool.record([{ id: tried, outcome: { is: "deferred", untilMs: 9 }, ...at }]));
  await put(spool, { sender: "held@x.example" }, LARGE);
  expectGood(await spool.order({ filter: { sender: "held@x.example" }, what: { is: "hold" }, who: "test", atMs: 1 }));
  await put(spool);
  await spool.close();
  return rig;
}

async function everything(spool: MailSpool): Promise<unknown> {
  const found = expectGood(await spool.find({ status: "any" }, { limit: 1000 }));
  const ids = [...new Set(found.map((it) => it.message.id))];
  const stories = await Promise.all(ids.map(async (id) => expectGood(await spool.story(id))));
  const bodies = await Promise.all(ids.map((id) => textOf(spool, id)));
  return { found, stories, bodies, summary: expectGood(await spool.summary()) };
}

async function opens(
  rig: Rig,
  formats: FormatTable,
): Promise<{ readonly all: unknown; readonly news: readonly News[] }> {
  const { spool, news } = expectGood(open(rig, formats));
  const all = await everything(spool);
  await spool.close();
  return { all, news };
}

const bring = ({ folder, clock }: Rig, to: number, strike: (moment: Moment) => void = () => {}): Spooled<Brought> =>
  bringFormat(folder, nextFormatTable, { to, release: "0.2.0", wallMs: clock.wallMs(), strike });

/** Where it can fail or die. */
const MOMENTS = 5;

function formatOf({ folder }: Rig): number | undefined {
  const database = new Database(booksFile(folder));
  const format = stampOf(database)?.format;
  database.close();
  return format;
}

test("the formats that a release reads and writes follow from the steps", () => {
  expect(spoolFormats).toEqual({ writes: 2, reads: [1, 2] });
});

test("an opening brings older books forward, keeps them as they were, and loses nothing; back is the same", async () => {
  await using rig = await filled();
  const before = await opens(rig, spoolFormatTable);
  const forward = await opens(rig, nextFormatTable);
  const [kept = ""] = keptIn(rig.folder, NEXT);
  expect(forward).toEqual({
    all: before.all,
    news: [{ is: "format-brought", brought: { from: TODAY, to: NEXT, kept, leftOut: [] } }],
  });
  expect(readdirSync(kept)).toEqual(["mail.sqlite"]); // bodies in files are not copied
  const { spool, news } = expectGood(open(rig, nextFormatTable));
  expect(news).toEqual([]);
  const id = await put(spool, {}, LARGE);
  const later = await everything(spool);
  await spool.close();

  const noting = new Database(booksFile(rig.folder));
  noting.run("UPDATE meta SET note = 'mine' WHERE key = 'format'");
  noting.close();
  const back = expectGood(bring(rig, TODAY));
  expect(back).toMatchObject({ from: NEXT, to: TODAY, leftOut: ['the note "mine" on format'] });
  expect(readFileSync(join(back.kept ?? "", "left-out.txt"), "utf8")).toBe('the note "mine" on format\n');
  const again = expectGood(open(rig, spoolFormatTable)).spool;
  expect(await everything(again)).toEqual(later);
  expect(await textOf(again, id)).toBe(LARGE);
  await again.close();
  expect(expectGood(bring(rig, TODAY))).toEqual({ from: TODAY, to: TODAY, kept: undefined, leftOut: [] });
});

test("the kept books are whole: put back in their place they open as they were", async () => {
  await using rig = await filled();
  const before = await opens(rig, spoolFormatTable);
  const { kept = "" } = expectGood(bring(rig, NEXT));
  await using old = makeRig();
  mkdirSync(dirname(booksFile(old.folder)), { recursive: true });
  cpSync(kept, old.folder, { recursive: true });
  cpSync(join(rig.folder, "bodies"), join(old.folder, "bodies"), { recursive: true });
  expect((await opens(old, spoolFormatTable)).all).toEqual(before.all);
});

test("while others have them open older books are not changed; when they have ended it is done", async () => {
  await using rig = await filled();
  const older = expectGood(useLock(rig.folder, "shared"));
  const waiting = new Worker(new URL("../testing/format-opener.ts", import.meta.url));
  const { promise, resolve } = Promise.withResolvers<unknown>();
  waiting.onmessage = ({ data }: { readonly data: unknown }) => {
    if (data !== "begun") return resolve(data);
    expect(formatOf(rig)).toBe(TODAY);
    older.release();
  };
  waiting.postMessage(rig.folder);
  expect(await promise).toEqual(["format-brought"]);
  waiting.terminate();
  expect(formatOf(rig)).toBe(NEXT);
});

test("books of a format that is not known are refused by name, with what mends it", async () => {
  await using rig = await filled();
  expectGood(bring(rig, NEXT));
  const refused = open(rig, spoolFormatTable);
  expect(refused.ok ? "opened" : refused.error).toEqual({
    is: "newer",
    because: `${booksFile(rig.folder)} is of format ${NEXT}, written by inetsrv 0.2.0, and this release knows 1, ${TODAY}`,
    remedy: `Bring it back with \`inetsrv --home ${dirname(rig.folder)} formats --write spool=${TODAY}\` of inetsrv 0.2.0, or a later one; or start that one`,
  });
});

test("without room for a copy it is refused, and it is said how much is needed", async () => {
  await using rig = await filled();
  const bringing = { to: NEXT, release: "0.2.0", wallMs: 1, freeBytes: () => 1e6 };
  const refused = bringFormat(rig.folder, nextFormatTable, bringing);
  expect(!refused.ok && refused.error.is).toBe("full");
  expect(!refused.ok && refused.error.because).toMatch(/^\d+ MB are needed in .+, and 1 MB are free$/);
  expect([formatOf(rig), keptIn(rig.folder, NEXT)]).toEqual([TODAY, []]);
});

const ways = [
  { from: TODAY, to: NEXT },
  { from: NEXT, to: TODAY },
] as const;

for (const { from, to } of ways)
  for (const code of ["ENOSPC", "EIO"])
    test(`on the way to format ${to} ${code} at any moment changes nothing`, async () => {
      for (let moment = 1; moment < MOMENTS; moment++) {
        await using rig = await filled();
        const before = await opens(rig, spoolFormatTable);
        if (from === NEXT) expectGood(bring(rig, NEXT));
        let left = moment;
        const failed = bring(rig, to, () => {
          if (--left === 0) throw Object.assign(new Error("as the test says"), { code });
        });
        expect([moment, failed.ok, formatOf(rig), keptIn(rig.folder, to)]).toEqual([moment, false, from, []]);
        const { all } = await opens(rig, from === TODAY ? spoolFormatTable : nextFormatTable);
        expect([moment, all]).toEqual([moment, before.all]);
        expectGood(bring(rig, to));
        expect(await opens(rig, to === TODAY ? spoolFormatTable : nextFormatTable)).toEqual({
          all: before.all,
          news: [],
        });
      }
    });

const disk = smallDisk("8m");
afterAll(() => disk?.end());

test.skipIf(disk === undefined)(
  "a disk that fills on the way (needs the right to mount one) changes nothing",
  async () => {
    const root = disk?.root ?? "";
    await using origin = await filled();
    const before = await opens(origin, spoolFormatTable);
    const rig = { ...origin, folder: join(root, "spool") };
    cpSync(origin.folder, rig.folder, { recursive: true });
    const bringing = { to: NEXT, release: "0.2.0", wallMs: 1, freeBytes: () => Number.POSITIVE_INFINITY };
    for (const roomBytes of [40_000, 80_000, 120_000]) {
      const free = disk?.fill() ?? (() => {});
      truncateSync(join(root, "filler"), statSync(join(root, "filler")).size - roomBytes);
      const failed = bringFormat(rig.folder, nextFormatTable, bringing);
      free();
      expect([roomBytes, !failed.ok && failed.error.is]).toEqual([roomBytes, "full"]);
      expect([roomBytes, formatOf(rig), keptIn(rig.folder, NEXT)]).toEqual([roomBytes, TODAY, []]);
      expect(await opens(rig, spoolFormatTable)).toEqual(before);
    }
    expectGood(bringFormat(rig.folder, nextFormatTable, bringing));
    expect(await opens(rig, nextFormatTable)).toEqual(before);
  },
);

const CHILD = join(import.meta.dir, "..", "testing", "format-child.ts");

for (const { from, to } of ways)
  test(`on the way to format ${to} kill -9 at any moment leaves the one or the other, whole`, async () => {
    await using origin = await filled();
    const before = await opens(origin, spoolFormatTable);
    if (from === NEXT) expectGood(bring(origin, NEXT));
    for (let moment = 1; moment <= MOMENTS + 1; moment++) {
      await using rig = makeRig();
      cpSync(origin.folder, rig.folder, { recursive: true });
      const child = Bun.spawn([process.execPath, CHILD, rig.folder, String(to), String(moment)], { stdout: "pipe" });
      await child.exited;
      expect([moment, child.signalCode]).toEqual([moment, moment <= MOMENTS ? "SIGKILL" : null]);
      const found = formatOf(rig);
      expect([moment, found]).toEqual([moment, moment < MOMENTS ? from : to]);
      const opened = await opens(rig, found === TODAY ? spoolFormatTable : nextFormatTable);
      expect([moment, opened]).toEqual([moment, { all: before.all, news: [] }]);
      expectGood(bring(rig, to));
      expect((await opens(rig, to === TODAY ? spoolFormatTable : nextFormatTable)).all).toEqual(before.all);
      expect(keptIn(rig.folder, to).filter((it) => it.endsWith(".unfinished"))).toEqual([]);
    }
  }, 60_000);
