import { expect, test } from "bun:test";
import fc from "fast-check";
import { good } from "../../base/result.ts";
import type { Pieces } from "./pieces.ts";
import { TarReader } from "./tar-reader.ts";
import { tarEnd, tarFilling, tarHeader } from "./tar-writer.ts";

function pieces(bytes: Uint8Array, size: number): Pieces {
  let at = 0;
  return {
    async next() {
      if (at >= bytes.length) return good(undefined);
      const piece = bytes.subarray(at, at + size);
      at += size;
      return good(piece);
    },
  };
}

const archive = (files: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat([
    ...Object.entries(files).flatMap(([path, text]) => {
      const bytes = Buffer.from(text);
      return [tarHeader(path, bytes.length, "644"), bytes, tarFilling(bytes.length)];
    }),
    tarEnd(),
  ]);

/** All files of it, or why it is refused. */
async function read(bytes: Uint8Array, size = 700): Promise<Record<string, string> | string> {
  const reader = new TarReader(pieces(bytes, size));
  const files: Record<string, string> = {};
  for (;;) {
    const entry = await reader.entry();
    if (!entry.ok) return entry.error;
    if (entry.value === undefined) return files;
    let text = "";
    for (let piece = await reader.next(); ; piece = await reader.next()) {
      if (!piece.ok) return piece.error;
      if (piece.value === undefined) break;
      text += Buffer.from(piece.value).toString("latin1");
    }
    files[entry.value.path] = text;
  }
}

const long = `${"folder-with-a-long-name/".repeat(6)}file-with-a-name-too.js`;
const files = { "a.txt": "one", empty: "", "größe/b": "x".repeat(1500), [long]: "two" };

test.each([1, 7, 512, 100_000])("what was written is read in pieces of %d bytes", async (size) => {
  expect(await read(archive(files), size)).toEqual(files);
});

test("the tar of the system reads it too", async () => {
  const child = Bun.spawn(["tar", "-tf", "-"], { stdin: archive(files), env: { ...process.env, LC_ALL: "C.UTF-8" } });
  expect((await child.stdout.text()).trim().split("\n").at(-1)).toBe(long);
});

test.each([
  ["1", "hard link"],
  ["2", "link"],
  ["3", "device"],
  ["5", "folder"],
  ["x", "extension"],
  ["L", "long name"],
])("an entry of type %s (%s) is refused", async (type) => {
  const bytes = archive({ a: "one" });
  bytes[156] = type.charCodeAt(0);
  const sum = bytes.subarray(0, 512).reduce((total, it, at) => total + (at >= 148 && at < 156 ? 0x20 : it), 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  expect(await read(bytes)).toBe('it holds what is no plain file: "a"');
});

test("one byte of a header changed, an early end and noise are refused", async () => {
  const bytes = archive({ a: "one" });
  bytes[0] = 98;
  expect(await read(bytes)).toBe("it is no archive, or damaged");
  expect(await read(archive({ a: "x".repeat(2000) }).subarray(0, 1500))).toBe("it ends too early");
  expect(await read(archive({ a: "one" }).subarray(0, 1024))).toBe("it ends too early");
  expect(await read(Buffer.alloc(512, 255))).toBe("it is no archive, or damaged");
});

test("no bytes make the reader throw, or wait for ever", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(511), fc.nat(255), async (at, byte) => {
      const bytes = archive({ a: "one" });
      bytes[at] = byte;
      const result = await read(bytes);
      return typeof result === "string" || typeof result === "object";
    }),
  );
});
