import { expect, test } from "bun:test";
import { BodyRoom } from "./body-room.ts";

test("memory is used again once its batch is answered, and not before", () => {
  const room = new BodyRoom();
  const first = room.take(7, 1000);
  const second = room.take(9, 1000);
  expect(second.buffer).not.toBe(first.buffer);
  room.answered(8);
  expect(room.take(11, 1000).buffer).not.toBe(first.buffer);
  room.answered(7);
  expect(room.take(12, 60_000).buffer).toBe(first.buffer);
});

test("what does not fit gets more, and what was much is given up", () => {
  const room = new BodyRoom();
  const small = room.take(1, 10);
  room.answered(1);
  const large = room.take(2, 5_000_000);
  expect(large.length).toBe(5_000_000);
  room.answered(2);
  expect(room.take(3, 5_000_000).buffer).not.toBe(large.buffer);
  expect(room.take(4, 20).buffer).toBe(small.buffer);
  expect(room.take(5, 0).length).toBe(0);
});
