import { expect, test } from "bun:test";
import fc from "fast-check";
import { CountedBlockReader } from "./counted-block-reader.ts";

test("a counted block takes so many bytes, whatever they are and however they come, and none of what follows", () => {
  fc.assert(
    fc.property(fc.nat(30), fc.uint8Array({ maxLength: 40 }), fc.nat(39), (bytes, given, cut) => {
      const reader = new CountedBlockReader(bytes);
      const chunks = [given.subarray(0, cut), given.subarray(cut)].map((it) => Buffer.from(it));
      const content: Buffer[] = [];
      let rest: Buffer | undefined;
      for (const chunk of chunks) {
        if (rest !== undefined) rest = Buffer.concat([rest, chunk]);
        else {
          const { piece, over } = reader.push(chunk);
          content.push(piece);
          if (over !== undefined) expect(over.verdict).toEqual({ kind: "complete", bytes });
          rest = over?.rest;
        }
      }
      expect(Buffer.concat(content)).toEqual(Buffer.from(given.subarray(0, bytes)));
      expect(rest).toEqual(given.length < bytes ? undefined : Buffer.from(given.subarray(bytes)));
    }),
  );
});

test("a block of no bytes is over before anything comes", () => {
  expect(new CountedBlockReader(0).push(Buffer.alloc(0)).over?.verdict).toEqual({ kind: "complete", bytes: 0 });
});

test("a size that cannot be is a bug of whoever read it", () => {
  for (const bytes of [-1, 0.5, Number.NaN, 2 ** 60]) expect(() => new CountedBlockReader(bytes)).toThrow();
});
