import { expect, test } from "bun:test";
import fc from "fast-check";
import { seeded } from "../../base/clock.ts";
import { AddressMemory, type Moment } from "./address-memory.ts";
import { keyedHash } from "./keyed-hash.ts";

const memoryOf = (max: number, seed = 1, displaced = () => {}) =>
  new AddressMemory(keyedHash(seeded(seed)), displaced, max);
const ipv4 = (low: number, owner = 2) => ({ high: 0, low, owner });

test("what was remembered is told, and nothing of anybody else", () => {
  const memory = memoryOf(1024);
  expect(memory.until(ipv4(1), "requests")).toBe(0);
  memory.remember(ipv4(1), "requests", 5000, 0);
  memory.remember(ipv4(1), "restriction", 9000, 0);
  expect(memory.until(ipv4(1), "requests")).toBe(5000);
  expect(memory.until(ipv4(1), "restriction")).toBe(9000);
  expect(memory.until(ipv4(1), "failures")).toBe(0);
  expect(memory.until(ipv4(1, 4), "requests")).toBe(0);
  expect(memory.until({ high: 1, low: 1, owner: 2 }, "requests")).toBe(0);
});

test("memory is taken when the first address is remembered, and is the same after a hundred thousand", () => {
  const memory = memoryOf(1024);
  memory.until(ipv4(1), "requests");
  expect(memory.bytes).toBe(0);
  memory.remember(ipv4(1), "requests", 1, 0);
  const { bytes } = memory;
  expect(bytes).toBe(1024 * 44);
  for (let low = 0; low < 100_000; low++) memory.remember(ipv4(low), "requests", 1000, 0);
  expect(memory.bytes).toBe(bytes);
});

test("whoever has much against him is still known after a hundred thousand others came once", () => {
  let displaced = 0;
  const memory = memoryOf(1024, 1, () => displaced++);
  const worst = Array.from({ length: 50 }, (_, index) => ipv4(0xc0000000 + index));
  for (const it of worst) memory.remember(it, "restriction", 300_000, 0);
  for (let low = 0; low < 100_000; low++) memory.remember(ipv4(low), "connections", 1000 + low / 1000, low / 1000);
  expect(worst.filter((it) => memory.until(it, "restriction") === 300_000).length).toBe(worst.length);
  expect(displaced).toBeGreaterThan(90_000);
});

test("a newcomer is always counted, also among those who have more against them", () => {
  let displaced = 0;
  const memory = memoryOf(16, 1, () => displaced++);
  for (let low = 1; low <= 16; low++) memory.remember(ipv4(low), "restriction", 100_000 + low, 0);
  memory.remember(ipv4(99), "requests", 50, 0);
  expect(memory.until(ipv4(99), "requests")).toBe(50);
  expect(memory.until(ipv4(1), "restriction")).toBe(0);
  expect(memory.until(ipv4(2), "restriction")).toBe(100_002);
  expect(displaced).toBe(1);
});

test("forgetting what has passed is no loss", () => {
  let displaced = 0;
  const memory = memoryOf(16, 1, () => displaced++);
  for (let low = 1; low <= 100; low++) memory.remember(ipv4(low), "requests", low * 10, low * 10);
  expect(displaced).toBe(0);
});

test("while there is room it is a map", () => {
  const columns = fc.constantFrom<Moment>("connections", "requests", "failures", "restriction");
  const step = fc.tuple(fc.nat({ max: 7 }), fc.constantFrom(2, 3), columns, fc.integer({ min: 1, max: 99 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer(), (steps, seed) => {
      const memory = memoryOf(16, seed);
      const model = new Map<string, number>();
      for (const [low, owner, moment, untilMs] of steps) {
        memory.remember(ipv4(low, owner), moment, untilMs, 0);
        model.set(`${low} ${owner} ${moment}`, untilMs);
      }
      for (const [low, owner, moment] of steps)
        expect(memory.until(ipv4(low, owner), moment)).toBe(model.get(`${low} ${owner} ${moment}`) ?? 0);
    }),
  );
});

test("addresses that differ in few bits spread evenly", () => {
  for (const stride of [1, 256, 65_536, 2 ** 24]) {
    const hash = keyedHash(seeded(stride));
    const counts = new Array<number>(64).fill(0);
    for (let index = 0; index < 6400; index++) {
      const bucket = hash(ipv4((index * stride) >>> 0, 2 + Math.floor((index * stride) / 2 ** 32))) % 64;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.max(...counts)).toBeLessThan(200);
  }
});
