import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scanLines } from "./line-scan.ts";

const folder = mkdtempSync(join(tmpdir(), "inetsrv scan "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "u_ex261127.log");

/** All that is found, in parts that each end after one block, or in one go. */
async function scan(needle: string, inParts: boolean): Promise<readonly string[]> {
  const found: string[] = [];
  let fromBytes = 0;
  for (;;) {
    const part = await scanLines({
      path,
      fromBytes,
      needle,
      found: (line, header) => found.push(`${header.slice(9)}|${line.slice(0, 20)}`),
      goOn: () => !inParts,
    });
    if (part.done) return found;
    fromBytes = part.atBytes;
  }
}

const filler = (lines: number): string => `${"y".repeat(99)}\n`.repeat(lines);

test("each line that holds the needle is found once, with the header it is read by, in whatever parts", async () => {
  const text = [
    "needle first\n#Fields: a\n",
    filler(30_000),
    "needle needle\n",
    filler(5000),
    "#Fields: b\nneedle b\nx\nneedle c\n",
    filler(12_000),
    "needle d\nneedle unfinished",
  ];
  writeFileSync(path, text.join(""));
  for (const inParts of [false, true])
    expect(await scan("needle", inParts)).toEqual([
      "|needle first",
      "a|needle needle",
      "b|needle b",
      "b|needle c",
      "b|needle d",
    ]);
  expect(await scan("nothing", true)).toEqual([]);
});

test("a line without end is passed over, and what comes behind it is found", async () => {
  writeFileSync(path, `#Fields: a\n${"x".repeat(3_000_000)}\nneedle\n`);
  for (const inParts of [false, true]) expect(await scan("needle", inParts)).toEqual(["a|needle"]);
});

test("an empty file, and one that is gone, hold nothing", async () => {
  writeFileSync(path, "");
  expect(await scan("needle", true)).toEqual([]);
  rmSync(path);
  expect(await scan("needle", true)).toEqual([]);
});
