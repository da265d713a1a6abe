import { expect, test } from "bun:test";
import fc from "fast-check";
import { BoundedQueue } from "./bounded-queue.ts";

test("a queue keeps the order, refuses above its bound and counts what it refused", () => {
  const steps = fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), steps, (max, given) => {
      const queue = new BoundedQueue<number>(max);
      const model: number[] = [];
      let dropped = 0;
      for (const item of given) {
        if (item === undefined) expect(queue.shift()).toBe(model.shift());
        else if (model.length < max) {
          expect(queue.push(item)).toBe(true);
          model.push(item);
        } else {
          expect(queue.push(item)).toBe(false);
          dropped++;
        }
        expect(queue.length).toBe(model.length);
      }
      expect(queue.takeDropped()).toBe(dropped);
      expect(queue.takeDropped()).toBe(0);
    }),
  );
});

test("undefined is an item like any other", () => {
  const queue = new BoundedQueue<number | undefined>(2);
  queue.push(undefined);
  queue.push(1);
  expect([queue.shift(), queue.shift(), queue.length]).toEqual([undefined, 1, 0]);
});

test("a queue without room is a bug of its owner", () => {
  expect(() => new BoundedQueue(0)).toThrow("at most 0");
});
