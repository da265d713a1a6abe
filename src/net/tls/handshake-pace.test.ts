import { expect, test } from "bun:test";
import { HandshakePace } from "./handshake-pace.ts";

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("of a crowd four begin in a turn, in the order in which they came, and whoever comes alone waits for nobody", async () => {
  const pace = new HandshakePace();
  const begun: number[] = [];
  const come = (from: number, to: number) => {
    for (let each = from; each < to; each++) pace.begin(() => begun.push(each));
  };
  come(0, 10);
  expect(begun).toEqual([0, 1, 2, 3]);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  // Behind those who wait, though there might be room for one.
  come(10, 12);
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  await nextTurn();
  await nextTurn();
  come(12, 13);
  expect(begun.at(-1)).toBe(12);
});
