// A body on the disk is whole, or it is not taken for one: cut anywhere and changed anywhere.
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expectGood } from "../base/result.ts";
import { BodyFile, bodyPath, openBody, partPath, readSlip, settleBody } from "./body-file.ts";
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

test("a body and its slip come back as they were, in whatever pieces it came", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }), async (pieces) => {
      const id = await written(pieces);
      const whole = Buffer.concat(pieces);
      const expected = { id, receivedMs: 17, sizeBytes: whole.length, message: message({ to: ["ü@example.org"] }) };
      expect(readSlip(bodyPath(folder, id))).toMatchObject(expected);
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
    expect([at, readSlip(path)]).toEqual([at, undefined]);
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    writeFileSync(path, changed);
    expect([at, readSlip(path)]).toEqual([at, undefined]);
  }
  writeFileSync(path, whole);
  expect(readSlip(path)?.id).toBe(id);
});

test("what was deleted while somebody reads it stays readable to them", async () => {
  const id = await written([Buffer.from("hello")]);
  const open = expectGood(await openBody(folder, id, 5));
  rmSync(bodyPath(folder, id));
  expect((await open.readFile()).toString("latin1", 0, 5)).toBe("hello");
  await open.close();
  expect((await openBody(folder, id, 5)).ok).toBe(false);
});

test("a name that leads elsewhere is a bug", () => {
  for (const id of ["../x", "", "a/b", "A", "a.b"]) expect(() => partPath(folder, id)).toThrow("no id");
});
