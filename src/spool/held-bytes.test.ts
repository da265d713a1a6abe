import { expect, test } from "bun:test";
import fc from "fast-check";
import { HeldBytes } from "./held-bytes.ts";

/** A piece of a larger buffer, as a reader cuts it out. */
const cut = fc
  .tuple(fc.uint8Array({ maxLength: 3000 }), fc.nat({ max: 3000 }))
  .map(([bytes, more]) => Buffer.concat([new Uint8Array(more), bytes]).subarray(more));

test("what was added comes out in its order, and its cost is told beforehand", () =>
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 30 }), (all) => {
      const held = new HeldBytes();
      let cost = 0;
      for (const piece of all) {
        cost += held.costOf(piece);
        held.add(piece);
      }
      const pieces = held.pieces();
      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(all));
      const buffers = new Set(pieces.map((it) => it.buffer));
      expect([...buffers].reduce((sum, it) => sum + it.byteLength, 0)).toBeLessThanOrEqual(cost);
    }),
  ));

test("many small pieces are few, and a small piece keeps no large buffer", () => {
  const held = new HeldBytes();
  const large = Buffer.alloc(65_536, "x");
  for (let at = 0; at < 4096; at++) held.add(large.subarray(at, at + 1));
  const [only, ...others] = held.pieces();
  expect([only?.length, others]).toEqual([4096, []]);
  expect(only?.buffer).not.toBe(large.buffer);
});

test("a large piece is kept as it came", () => {
  const held = new HeldBytes();
  const piece = new Uint8Array(5000);
  held.add(piece);
  expect(held.pieces()[0]).toBe(piece);
});
