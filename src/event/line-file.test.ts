import { expect, test } from "bun:test";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { LineFile } from "./line-file.ts";
import { temporaryFolder } from "./testing/folder.ts";

async function opened(path: string, blockBytes: number): Promise<LineFile> {
  const file = await LineFile.open(path, Buffer.alloc(blockBytes));
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
}

test("whatever the size of a block, the lines come whole and in order, from both ends", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lines");
  const line = fc.string({ maxLength: 20, unit: fc.constantFrom("a", "é", "漢", " ") });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.integer({ min: 64, max: 200 }),
      fc.boolean(),
      async (lines, bytes, unfinished) => {
        writeFileSync(path, lines.map((it) => `${it}\n`).join("") + (unfinished ? "unfin" : ""));
        const file = await opened(path, bytes);
        const onwards: string[] = [];
        for (let block = await file.next(); block !== undefined; block = await file.next()) onwards.push(...block);
        expect(onwards).toEqual(lines);
        await file.toEnd();
        const backwards: string[] = [];
        for (let block = await file.previous(); block !== undefined; block = await file.previous())
          backwards.unshift(...block);
        expect(backwards).toEqual(lines);
        await file.close();
      },
    ),
    { numRuns: 100 },
  );
});

test("an unfinished line comes when it has its end", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lines");
  writeFileSync(path, "one\ntw");
  const file = await opened(path, 64);
  expect(await file.next()).toEqual(["one"]);
  expect(await file.next()).toBeUndefined();
  appendFileSync(path, "o\n");
  expect(await file.next()).toEqual(["two"]);
  await file.close();
});

test("a line longer than a block comes in pieces, and the next one whole again", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lines");
  writeFileSync(path, `first\n${"x".repeat(1000)}\nlast\n`);
  const file = await opened(path, 64);
  const onwards: string[] = [];
  for (let block = await file.next(); block !== undefined; block = await file.next()) onwards.push(...block);
  expect(onwards[0]).toBe("first");
  expect(onwards.at(-1)).toBe("last");
  await file.toEnd();
  const backwards: string[] = [];
  for (let block = await file.previous(); block !== undefined; block = await file.previous())
    backwards.unshift(...block);
  expect(backwards[0]).toBe("first");
  expect(backwards.at(-1)).toBe("last");
  await file.close();
});

test("an emptied file is read from its start; a missing one is none", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lines");
  writeFileSync(path, "one\ntwo\n");
  const file = await opened(path, 64);
  await file.next();
  writeFileSync(path, "new\n");
  expect(await file.next()).toBeUndefined();
  await file.rewindIfCut();
  expect(await file.next()).toEqual(["new"]);
  await file.close();
  expect(await LineFile.open(join(folder.path, "none"), Buffer.alloc(64))).toBeUndefined();
});
