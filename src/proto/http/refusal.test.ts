import { expect, test } from "bun:test";
import { type Refusal, refusals } from "./refusal.ts";
import { reasonOf, substatuses } from "./status.ts";

const rows: readonly (readonly [string, Refusal])[] = Object.entries(refusals);

test("every refusal is an error whose reason and substatus are known", () => {
  for (const [name, { status, substatus }] of rows) {
    expect([name, status >= 400 && reasonOf(status) !== ""]).toEqual([name, true]);
    expect([name, substatus === 0 || substatuses.has(`${status}.${substatus}`)]).toEqual([name, true]);
  }
});

test("every refusal says something of its own, on one line", () => {
  for (const [, { because }] of rows) expect(because).toMatch(/^[A-Z][ -~]+[^.]$/);
  expect(new Set(rows.map(([, { because }]) => because)).size).toBe(rows.length);
});

test("only what leaves the next request findable keeps the connection", () => {
  expect(rows.filter(([, it]) => !it.close).every(([name]) => name.startsWith("path"))).toBeTrue();
});
