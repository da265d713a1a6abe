import { expect, test } from "bun:test";
import fc from "fast-check";
import { HeldBytes, Memory } from "./held-bytes.ts";

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.nat({ max: 30_000 }).map((length) => Buffer.alloc(length, 7)),
);

test("what was added comes out in its order, also from blocks that held another message", () =>
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.array(piece, { maxLength: 20 }), (before, all) => {
      const memory = new Memory(10_000_000);
      const old = new HeldBytes(memory);
      for (const it of before) expect(old.add(it)).toBe(true);
      old.giveUp();
      const held = new HeldBytes(memory);
      for (const it of all) expect(held.add(it)).toBe(true);
      expect(Buffer.concat(held.pieces())).toEqual(Buffer.concat(all));
    }),
  ));

test("all messages together stay within the bound, and what one gives up another takes", () => {
  const memory = new Memory(3 * 8192);
  const [first, second] = [new HeldBytes(memory), new HeldBytes(memory)];
  expect(first.add(Buffer.alloc(10_000))).toBe(true);
  expect(second.add(Buffer.alloc(10_000))).toBe(false);
  expect(second.add(Buffer.alloc(8192))).toBe(true);
  expect(second.add(Buffer.alloc(1))).toBe(false);
  expect(first.add(Buffer.alloc(6384))).toBe(true);
  first.giveUp();
  expect(second.add(Buffer.alloc(16_384))).toBe(true);
});

test("a block is used again", () => {
  const memory = new Memory(8192);
  const held = new HeldBytes(memory);
  held.add(Buffer.from("a"));
  const before = buffersOf(held);
  held.giveUp();
  held.add(Buffer.from("b"));
  expect(buffersOf(held)).toEqual(before);
});

test("what was much is given back to the system, and some is kept", () => {
  const memory = new Memory(100_000_000);
  const many = Array.from({ length: 100 }, () => new HeldBytes(memory));
  const burst = () => {
    for (const it of many) expect(it.add(Buffer.alloc(200_000))).toBe(true);
    const buffers = new Set(many.flatMap(buffersOf));
    for (const it of many.toReversed()) it.giveUp();
    return buffers;
  };
  const [before, after] = [burst(), burst()];
  const kept = [...before].filter((it) => after.has(it)).length;
  expect([before.size, kept]).toEqual([20, 4]);
});

const buffersOf = (held: HeldBytes) => held.pieces().map((it) => it.buffer);
