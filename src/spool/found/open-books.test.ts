// The table of README.md: what an opening makes of what it finds, on real files.
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { reporter } from "../../event/event.ts";
import { openSpool } from "../open-spool.ts";
import { useLock } from "../spool-lock.ts";
import { claimed, filesNamed, makeRig, names, put, type Rig, textOf } from "../testing/rig.ts";

const LARGE = "y".repeat(300_000);

/** A spool with a small message, a large one, and one that has left; closed. */
async function filled(rig: Rig): Promise<{ readonly small: string; readonly large: string; readonly left: string }> {
  const spool = await rig.open();
  const left = await put(spool, { to: ["zoe@example.net"] });
  const claim = (await claimed(spool, rig.clock.wallMs()))[0];
  const attempt = {
    id: left,
    recipient: 0,
    atMs: 5,
    outcome: { is: "delivered" },
    remote: "mx",
    reply: "250",
  } as const;
  expect(claim?.id).toBe(left);
  expectGood(await spool.record([attempt]));
  const small = await put(spool);
  const large = await put(spool, { to: ["anna@example.org", "bert@example.net"] }, LARGE);
  await spool.close();
  expect(rig.told()).toEqual([]);
  return { small, large, left };
}

const file = (rig: Rig) => join(rig.folder, "mail.sqlite");
const body = (rig: Rig, name: string) => join(rig.folder, "bodies", name);
const refusal = async (rig: Rig): Promise<string> => {
  const report = reporter(
    "smtp",
    () => 0,
    () => {},
  );
  const opened = await openSpool(rig.folder, { clock: rig.clock, report, names: names() });
  if (opened.ok) await opened.value.close();
  return opened.ok ? "opened" : opened.error.because;
};
const setAside = (rig: Rig) => readdirSync(rig.folder).filter((it) => it.startsWith("damaged-"));

test("an empty place becomes a spool, and what was begun beside its name goes", async () => {
  await using rig = makeRig();
  mkdirSync(rig.folder);
  writeFileSync(`${file(rig)}.new`, "half");
  const spool = await rig.open();
  expect(expectGood(await spool.summary())).toEqual([]);
  expect([existsSync(`${file(rig)}.new`), rig.told()]).toEqual([false, []]);
});

test("nobody but the owner can read a letter, or keep the queue from opening by a lock", async () => {
  await using rig = makeRig();
  const spool = await rig.open();
  await put(spool, {}, LARGE);
  const open = readdirSync(rig.folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  expect(open.map((it) => it.name).sort()).toContain("mail.sqlite-wal");
  for (const { parentPath, name } of open)
    expect([name, statSync(join(parentPath, name)).mode & 0o077]).toEqual([name, 0]);
  await spool.close();
});

test("what is closed opens as it was, and what no row needs goes", async () => {
  await using rig = makeRig();
  const { small, large } = await filled(rig);
  writeFileSync(body(rig, "stray.part"), "half");
  writeFileSync(body(rig, "stray.eml"), "unnamed");
  writeFileSync(body(rig, "README"), "somebody's");
  const spool = await rig.open();
  expect([await textOf(spool, small), await textOf(spool, large)]).toEqual(["Hello\r\n", LARGE]);
  expect(readdirSync(join(rig.folder, "bodies")).sort()).toEqual(["README", `${large}.eml`].sort());
  expect(rig.told()).toEqual([]);
});

test("while others have it open, only what is a day old goes", async () => {
  await using rig = makeRig();
  const first = await rig.open();
  writeFileSync(body(rig, "young.part"), "of a living process");
  writeFileSync(body(rig, "old.part"), "of a dead one");
  const dayAgo = rig.clock.wallMs() / 1000 - 2 * 86_400;
  utimesSync(body(rig, "old.part"), dayAgo, dayAgo);
  utimesSync(body(rig, "young.part"), rig.clock.wallMs() / 1000, rig.clock.wallMs() / 1000);
  const second = await rig.open();
  expect(readdirSync(join(rig.folder, "bodies"))).toEqual(["young.part"]);
  const id = await put(first);
  expect(await textOf(second, id)).toBe("Hello\r\n");
});

test("a torn end of the log takes nothing with it that came before", async () => {
  await using rig = makeRig();
  const spool = await rig.open();
  const id = await put(spool);
  const copy = join(rig.folder, "..", "copy");
  mkdirSync(copy);
  for (const it of ["mail.sqlite", "mail.sqlite-wal"]) copyFileSync(join(rig.folder, it), join(copy, it));
  await spool.close();
  const wal = readFileSync(join(copy, "mail.sqlite-wal"));
  await using torn = makeRig(copy);
  writeFileSync(join(copy, "mail.sqlite-wal"), Buffer.concat([wal, wal.subarray(32, 3000)]));
  const opened = await torn.open();
  expect([await textOf(opened, id), torn.told()]).toEqual(["Hello\r\n", []]);
});

for (const [what, harm] of [
  ["is gone", (path: string) => rmSync(path)],
  ["is shorter", (path: string) => truncateSync(path, 1000)],
] as const)
  test(`a body file that ${what} is told when it is asked for`, async () => {
    await using rig = makeRig();
    const { small, large } = await filled(rig);
    harm(body(rig, `${large}.eml`));
    const spool = await rig.open();
    expect((await spool.body(large)).ok).toBe(false);
    expect([rig.told(), await textOf(spool, small)]).toEqual([[5206], "Hello\r\n"]);
  });

describe("books that cannot be used", () => {
  const harms: Readonly<Record<string, (rig: Rig) => void>> = {
    "no database": (rig) => writeFileSync(file(rig), "not a database at all, however long it may be".repeat(100)),
    empty: (rig) => truncateSync(file(rig), 0),
    missing: (rig) => rmSync(file(rig)),
    "begun to be salvaged": (rig) => {
      mkdirSync(join(rig.folder, "damaged-2026"));
      renameSync(file(rig), join(rig.folder, "damaged-2026", "mail.sqlite"));
      writeFileSync(join(rig.folder, "damaged-2026", "mail.sqlite"), "nothing that reads");
    },
  };
  for (const [name, harm] of Object.entries(harms))
    test(`${name}: bodies that share a file are taken up by their slips`, async () => {
      await using rig = makeRig();
      const before = await rig.open();
      const texts = ["1 ", "2 ", "3 "].map((it) => it.repeat(40_000));
      const ids = await Promise.all(texts.map((it) => put(before, {}, it)));
      const files = readdirSync(join(rig.folder, "bodies"));
      await before.close();
      harm(rig);
      const spool = await rig.open();
      for (const [n, id] of ids.entries()) expect([n, await textOf(spool, id)]).toEqual([n, texts[n] ?? ""]);
      expect([rig.told(), files, filesNamed(rig.folder)]).toEqual([[5201], filesNamed(rig.folder), files]);
    });

  for (const [name, harm] of Object.entries(harms))
    test(`${name}: large bodies are taken up by their slips`, async () => {
      await using rig = makeRig();
      const { large } = await filled(rig);
      harm(rig);
      const spool = await rig.open();
      expect(rig.told()).toEqual([5201]);
      expect(setAside(rig)).toHaveLength(name === "missing" ? 0 : 1);
      expect(await textOf(spool, large)).toBe(LARGE);
      const claims = await claimed(spool, rig.clock.wallMs());
      expect(claims.map((it) => [it.id, it.destination, it.recipients[0]?.uncertain]).sort()).toEqual([
        [large, "example.net", true],
        [large, "example.org", true],
      ]);
      await spool.close();
      await rig.open();
      expect(rig.told()).toEqual([]); // once
    });

  test("other tables than there should be: every row that reads comes over", async () => {
    await using rig = makeRig();
    const { small, large, left } = await filled(rig);
    const database = new Database(file(rig));
    database.run("DROP INDEX recipient_open");
    database.close();
    const before = readFileSync(file(rig));
    const spool = await rig.open();
    expect(rig.told()).toEqual([5201]);
    expect([await textOf(spool, small), await textOf(spool, large)]).toEqual(["Hello\r\n", LARGE]);
    expect(expectGood(await spool.story(left))?.happenings.map((it) => it.what)).toEqual(["delivered"]);
    expect((await claimed(spool, rig.clock.wallMs())).map((it) => it.id).sort()).toEqual([small, large, large].sort());
    expect(readFileSync(join(rig.folder, setAside(rig)[0] ?? "", "mail.sqlite")).equals(before)).toBe(true);
  });

  test("a damaged page, met while it runs, is told, and the next opening salvages around it", async () => {
    await using rig = makeRig();
    const { large } = await filled(rig);
    const first = await rig.open();
    await Promise.all(Array.from({ length: 300 }, () => put(first, {}, "z".repeat(4000))));
    await first.close();
    const database = new Database(file(rig), { readonly: true });
    const page = database
      .query<{ from: number; size: number }, []>(
        "SELECT pgoffset AS 'from', pgsize AS size FROM dbstat WHERE name = 'recipient' AND pagetype = 'leaf' LIMIT 1 OFFSET 1",
      )
      .get();
    database.close();
    const bytes = readFileSync(file(rig));
    bytes.fill(0xa5, page?.from ?? 0, (page?.from ?? 0) + (page?.size ?? 0));
    writeFileSync(file(rig), bytes);
    const second = await rig.open();
    const asked = await second.find({ anything: "zebra", status: "any" }, { limit: 1000 });
    expect(asked.ok ? "read" : asked.error.is).toBe("damaged");
    expect(rig.told()).toEqual([5205]);
    await second.close();
    const third = await rig.open();
    expect(rig.told()).toEqual([5201]);
    const found = expectGood(await third.find({ status: "any" }, { limit: 1000 }));
    expect(found.length).toBeGreaterThan(200);
    expect(found.length).toBeLessThan(304);
    for (const it of found.slice(0, 20))
      if (it.message.leftMs === null) expect(await textOf(third, it.message.id)).not.toBeNull();
    expect(await textOf(third, large)).toBe(LARGE);
    await put(third);
  });

  test("they are not touched while others have them open", async () => {
    await using rig = makeRig();
    await filled(rig);
    writeFileSync(file(rig), "no database".repeat(1000));
    const other = expectGood(useLock(rig.folder, "shared"));
    expect(await refusal(rig)).toContain("damaged");
    expect(setAside(rig)).toEqual([]);
    other.release();
    expect(await refusal(rig)).toBe("opened");
  });

  test("a suspicion that is not confirmed goes away", async () => {
    await using rig = makeRig();
    const { small } = await filled(rig);
    writeFileSync(join(rig.folder, "suspect"), "so it was said");
    const spool = await rig.open();
    expect([existsSync(join(rig.folder, "suspect")), rig.told(), await textOf(spool, small)]).toEqual([
      false,
      [],
      "Hello\r\n",
    ]);
  });

  test("books of a newer format are refused, and nothing is changed", async () => {
    await using rig = makeRig();
    await filled(rig);
    const database = new Database(file(rig));
    database.run("PRAGMA user_version = 99");
    database.run("UPDATE meta SET value = '99' WHERE key = 'format'");
    database.close();
    expect(await refusal(rig)).toContain("is of format 99, written by inetsrv");
    expect(setAside(rig)).toEqual([]);
  });
});
