// Every row of the table in README.md: what lies on the disk, and what a start makes of it.
import { describe, expect, test } from "bun:test";
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sentence } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import { openMetabase } from "../open-metabase.ts";
import { author, makeRig, type Rig } from "../testing/rig.ts";

/** A metabase at revision 4, closed; what it holds, and its files by short names. */
async function closed() {
  const rig = makeRig();
  const metabase = await rig.create();
  for (const relay of ["listed", "none"]) {
    const edits = [
      { at: "smtp", set: { relay } },
      { at: `smtp/sites/${relay}`, create: { title: relay } },
    ];
    expectGood(await metabase.change({ ...author, edits }));
  }
  expectGood(await metabase.change({ ...author, edits: [{ at: "smtp/sites/none", set: { title: "last" } }] }));
  const { head } = metabase;
  const document = metabase.exportDocument("sealed");
  await metabase.close();
  rig.told();
  const file = join(rig.folder, "metabase.sqlite");
  const copy = join(rig.folder, "copy");
  return { rig, head, document, file, wal: `${file}-wal`, copy, journal: join(copy, "journal-0.jsonl") };
}

type Closed = Awaited<ReturnType<typeof closed>>;

/** Keeps the files as they are now, to be put back later. */
function keep(path: string): () => void {
  const kept = `${path}.kept`;
  cpSync(path, kept, { recursive: true });
  return () => {
    rmSync(path, { recursive: true });
    renameSync(kept, path);
  };
}

/** Changes all places where the text stands. */
function falsify(path: string, text: string, lie: string): void {
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes.write(lie, at);
  writeFileSync(path, bytes);
}

const overwrite = (path: string, offset: number, text: string) => {
  const bytes = readFileSync(path);
  bytes.write(text, offset);
  writeFileSync(path, bytes);
};

const damagedFolders = ({ folder }: Rig) => readdirSync(folder).filter((it) => it.startsWith("damaged-"));

async function fails({ rig }: Closed): Promise<string> {
  const opened = await openMetabase(rig.options);
  return opened.ok ? "opened" : sentence(opened.error);
}

/** Opens, and expects the whole of revision 4; the answer is what was told. */
async function servesAll(it: Closed): Promise<readonly number[]> {
  const metabase = await it.rig.open();
  expect(metabase.head).toEqual(it.head);
  expect(metabase.exportDocument("sealed")).toEqual(it.document);
  expect(expectGood(await metabase.history({ limit: 9 })).map(({ n }) => n)).toEqual([4, 3, 2, 1]);
  const told = it.rig.told();
  expectGood(await metabase.change({ ...author, edits: [{ at: "smtp", set: { connectionsMax: 5 } }] }));
  const { head } = metabase;
  it.rig.told();
  expect((await it.rig.open()).head).toEqual(head); // and the next start finds nothing to mend
  expect(it.rig.told()).toEqual([]);
  return told;
}

describe("a start with", () => {
  test("both records good serves and says nothing", async () => {
    const it = await closed();
    await using _ = it.rig;
    expect(await servesAll(it)).toEqual([]);
  });

  test("nothing at all says how to begin", async () => {
    const it = await closed();
    await using _ = it.rig;
    rmSync(it.file);
    rmSync(it.copy, { recursive: true });
    expect(await fails(it)).toEndWith(
      "metabase: there is none. Create it with `inetsrv init`, or name the right home with --home",
    );
  });

  test("no copy writes a new one", async () => {
    const it = await closed();
    await using _ = it.rig;
    rmSync(it.copy, { recursive: true });
    expect(await servesAll(it)).toEqual([2013]);
    rmSync(it.file);
    expect((await it.rig.open()).head.n).toBe(5);
  });

  test("no database serves from the copy, with all its history", async () => {
    const it = await closed();
    await using _ = it.rig;
    rmSync(it.file);
    expect(await servesAll(it)).toEqual([2010]);
  });

  const damages: Readonly<Record<string, (it: Closed) => void>> = {
    "an empty database": ({ file }) => truncateSync(file),
    "half a database": ({ file }) => truncateSync(file, 20_000),
    "garbage for a database": ({ file }) => writeFileSync(file, "garbage ".repeat(5000)),
    "another program's database": ({ file }) => overwrite(file, 68, "\0\0\0\0"),
    "a database with one letter changed in a setting": ({ file }) =>
      falsify(file, '{"title":"listed"}', '{"title":"lisxed"}'),
    "a database with one letter changed in its head": ({ file }) => falsify(file, "annatest", "emmatest"),
    "a database that lost a table": ({ file }) =>
      overwrite(file, readFileSync(file).indexOf("CREATE TABLE node"), "CREATE TABLE nope"),
  };
  for (const [name, damage] of Object.entries(damages))
    test(`${name} sets it aside untouched and serves from the copy`, async () => {
      const it = await closed();
      await using _ = it.rig;
      damage(it);
      const bytes = readFileSync(it.file);
      const metabase = await it.rig.open();
      expect(it.rig.events[0]?.sentence).toContain("Nothing is known to be lost.");
      expect(it.rig.told()).toEqual([2010]);
      const [aside = ""] = damagedFolders(it.rig);
      expect(readFileSync(join(it.rig.folder, aside, "metabase.sqlite")).equals(bytes)).toBe(true);
      await metabase.close();
      expect(await servesAll(it)).toEqual([]);
    });

  test("a database that is behind brings it forward from the copy", async () => {
    const it = await closed();
    await using _ = it.rig;
    const back = keep(it.file);
    const metabase = await it.rig.open();
    expectGood(
      await metabase.change({ ...author, confirmWithinMs: 9000, edits: [{ at: "www", set: { connectionsMax: 7 } }] }),
    );
    expectGood(await metabase.confirm("bert"));
    const { head } = metabase;
    await metabase.close();
    it.rig.told();
    back();
    const again = await it.rig.open();
    expect([again.head, again.pending, again.view.own("www")]).toEqual([head, undefined, { connectionsMax: 7 }]);
    expect(it.rig.told()).toEqual([2011]);
  });

  test("a copy that is behind brings it up", async () => {
    const it = await closed();
    await using _ = it.rig;
    const lines = readFileSync(it.journal, "utf8").split("\n");
    writeFileSync(it.journal, `${lines.slice(0, 3).join("\n")}\n`);
    expect(await servesAll(it)).toEqual([]);
    rmSync(it.file);
    expect((await it.rig.open()).head.n).toBe(5);
  });

  test("a line of the copy that was cut short writes it again", async () => {
    const it = await closed();
    await using _ = it.rig;
    truncateSync(it.journal, readFileSync(it.journal).length - 30);
    expect(await servesAll(it)).toEqual([]);
    rmSync(it.file);
    expect((await it.rig.open()).head.n).toBe(5);
  });

  const copyDamages: Readonly<Record<string, (it: Closed) => void>> = {
    "a line changed in the middle of": ({ journal }) =>
      overwrite(journal, readFileSync(journal).indexOf('"listed"'), '"lisxed"'),
    "no readable head in": ({ journal }) => overwrite(journal, 5, "xxxxxx"),
    "an empty file for": ({ journal }) => truncateSync(journal),
    "no journal in": ({ copy, journal }) => renameSync(journal, join(copy, "journal-9.jsonl")),
  };
  for (const [name, damage] of Object.entries(copyDamages))
    test(`${name} the copy sets it aside and writes a new one`, async () => {
      const it = await closed();
      await using _ = it.rig;
      damage(it);
      expect(await servesAll(it)).toEqual([2012]);
      rmSync(it.file);
      expect((await it.rig.open()).head.n).toBe(5);
    });

  test("the copy of another metabase sets that aside", async () => {
    const it = await closed();
    const other = await closed();
    await using _ = it.rig;
    await using __ = other.rig;
    rmSync(it.copy, { recursive: true });
    cpSync(other.copy, it.copy, { recursive: true });
    expect(await servesAll(it)).toEqual([2012]);
  });

  test("both damaged refuses, changes nothing, and never begins with an empty tree", async () => {
    const it = await closed();
    await using _ = it.rig;
    truncateSync(it.file, 20_000);
    overwrite(it.journal, 5, "xxxxxx");
    const before = [it.file, it.journal].map((path) => readFileSync(path).toString("latin1"));
    expect(await fails(it)).toContain("and its copy cannot help");
    expect([it.file, it.journal].map((path) => readFileSync(path).toString("latin1"))).toEqual(before);
  });

  test("no database and a copy damaged in the middle serves what can be proven, and says what may be lost", async () => {
    const it = await closed();
    await using _ = it.rig;
    rmSync(it.file);
    overwrite(it.journal, readFileSync(it.journal).lastIndexOf('"listed"'), '"lisxed"');
    const metabase = await it.rig.open();
    expect(metabase.head.n).toBe(2);
    const sentences = it.rig.events.map((event) => event.sentence);
    expect(sentences[0]).toContain(
      "What came after revision 2 may be lost, as 2 lines of journal-0.jsonl cannot be read.",
    );
    expect(it.rig.told()).toEqual([2010, 2012]);
  });

  test("a damaged database and a copy that is behind saves from the one what the other lacks", async () => {
    const it = await closed();
    await using _ = it.rig;
    const lines = readFileSync(it.journal, "utf8").split("\n");
    writeFileSync(it.journal, `${lines.slice(0, 3).join("\n")}\n`);
    falsify(it.file, '{"title":"listed"}', '{"title":"lisxed"}');
    const metabase = await it.rig.open();
    expect(it.rig.events[0]?.sentence).toContain("Revisions after 2 were read from the damaged files.");
    await metabase.close();
    it.rig.told();
    expect(await servesAll(it)).toEqual([]);
  });

  test("records of a newer format refuses by name, and leaves them alone", async () => {
    const it = await closed();
    await using _ = it.rig;
    const { Database } = await import("bun:sqlite");
    const database = new Database(it.file);
    database.run("PRAGMA user_version = 2");
    database.run("UPDATE meta SET value = '2' WHERE key = 'format'");
    database.close(true);
    expect(await fails(it)).toContain("is of format 2, written by a newer inetsrv");
    expect(it.rig.told()).toEqual([2019]);
  });

  test("another process in it says so", async () => {
    const it = await closed();
    await using _ = it.rig;
    await it.rig.open();
    expect(await fails(it)).toContain("another process has it open");
  });
});
