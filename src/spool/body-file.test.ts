// A body on the disk is whole, or it is not taken for one: cut anywhere and changed anywhere.
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expectGood } from "../base/result.ts";
import { BodyFile, bodyPath, openBody, partPath, settleBody, writeBodies } from "./body-file.ts";
import type { Entry, HeldPiece } from "./entry.ts";
import { isWhole, type Slip, slipsOf } from "./slip.ts";
import { message } from "./testing/rig.ts";

const folder = mkdtempSync(join(tmpdir(), "body-"));
mkdirSync(join(folder, "bodies"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

async function written(pieces: readonly Uint8Array[]): Promise<string> {
  const id = `b${++files}`;
  const file = expectGood(await BodyFile.create(folder, id));
  for (const it of pieces) expectGood(await file.write(it));
  expectGood(await file.finish(id, 17, message({ to: ["ü@example.org"] })));
  settleBody(folder, id);
  return id;
}

/** Of what is whole in the file. */
const wholeIn = (path: string): readonly Slip[] => slipsOf(path).flatMap((it) => (isWhole(path, it) ? [it.slip] : []));

test("a body and its slip come back as they were, in whatever pieces it came", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }), async (pieces) => {
      const id = await written(pieces);
      const whole = Buffer.concat(pieces);
      const expected = { id, receivedMs: 17, sizeBytes: whole.length, message: message({ to: ["ü@example.org"] }) };
      expect(wholeIn(bodyPath(folder, id))).toMatchObject([expected]);
      expect(readFileSync(bodyPath(folder, id)).subarray(0, whole.length).equals(whole)).toBe(true);
    }),
    { numRuns: 50 },
  ));

test("one that is cut anywhere, or has one bit changed, is not taken up", async () => {
  const id = await written([Buffer.from("From: a\r\n\r\nslip 0000000001 00000000 \r\n")]);
  const whole = readFileSync(bodyPath(folder, id));
  const path = join(folder, "harmed");
  for (let at = 0; at < whole.length; at++) {
    writeFileSync(path, whole.subarray(0, at));
    expect([at, wholeIn(path)]).toEqual([at, []]);
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    writeFileSync(path, changed);
    expect([at, wholeIn(path)]).toEqual([at, []]);
  }
  writeFileSync(path, whole);
  expect(wholeIn(path).map((it) => it.id)).toEqual([id]);
});

const held = fc.array(fc.uint8Array({ maxLength: 1500 }), { maxLength: 4 });

/** As the thread gets them from who received them. */
const entryOf = (pieces: readonly Uint8Array[]): Entry => ({
  id: `b${++files}`,
  receivedMs: 17,
  sizeBytes: pieces.reduce((sum, it) => sum + it.length, 0),
  body: { is: "held", pieces: pieces.map(inSharedMemory) },
  message: message({ to: ["ü@example.org"] }),
});

function inSharedMemory(bytes: Uint8Array): HeldPiece {
  const piece = new Uint8Array(new SharedArrayBuffer(bytes.length));
  piece.set(bytes);
  return piece;
}

test("bodies that share a file are each found by their place and by their slips", () =>
  fc.assert(
    fc.property(fc.array(held, { minLength: 1, maxLength: 6 }), (bodies) => {
      const entries = bodies.map(entryOf);
      const starts = [...writeBodies(folder, entries).values()].map((it) => it.start);
      const path = bodyPath(folder, entries[0]?.id ?? "");
      const file = readFileSync(path);
      entries.forEach(({ sizeBytes }, index) => {
        const start = starts[index] ?? -1;
        expect(file.subarray(start, start + sizeBytes)).toEqual(Buffer.concat(bodies[index] ?? []));
      });
      expect(wholeIn(path).map((it) => it.id)).toEqual(entries.map((it) => it.id));
      expect(slipsOf(path).map((it) => it.start)).toEqual(starts);
    }),
    { numRuns: 50 },
  ));

test("of bodies that share a file one that has a bit changed is not taken up, and what reads is as it was", () => {
  const texts = ["first", "second and longer", "third"].map((it) => Buffer.from(it));
  const entries = texts.map((it) => entryOf([it]));
  writeBodies(folder, entries);
  const whole = readFileSync(bodyPath(folder, entries[0]?.id ?? ""));
  const path = join(folder, "harmed");
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    writeFileSync(path, changed);
    const found = slipsOf(path).filter((it) => isWhole(path, it));
    expect([at, found.length < entries.length]).toEqual([at, true]);
    for (const { slip, start } of found) {
      const index = entries.findIndex((it) => it.id === slip.id);
      expect(changed.subarray(start, start + slip.sizeBytes)).toEqual(texts[index] ?? Buffer.alloc(0));
    }
    writeFileSync(path, whole.subarray(0, at));
    const fits = slipsOf(path).filter((it) => isWhole(path, it));
    expect([at, fits.every((it) => whole.subarray(0, at).includes(JSON.stringify(it.slip)))]).toEqual([at, true]);
  }
});

test("what cannot be written leaves no file", () => {
  const entries = [entryOf([Buffer.from("x")])];
  const broken: Entry = { ...entryOf([]), body: { is: "file", file: "b1", start: 0 } };
  expect(() => writeBodies(folder, [...entries, broken])).toThrow();
  expect(existsSync(bodyPath(folder, entries[0]?.id ?? ""))).toBe(false);
});

test("what was deleted while somebody reads it stays readable to them", async () => {
  const id = await written([Buffer.from("hello")]);
  const open = expectGood(await openBody(folder, { file: id, start: 0 }, 5));
  rmSync(bodyPath(folder, id));
  expect((await open.readFile()).toString("latin1", 0, 5)).toBe("hello");
  await open.close();
  expect((await openBody(folder, { file: id, start: 0 }, 5)).ok).toBe(false);
});

test("a name that leads elsewhere is a bug", () => {
  for (const id of ["../x", "", "a/b", "A", "a.b"]) expect(() => partPath(folder, id)).toThrow("no id");
});
