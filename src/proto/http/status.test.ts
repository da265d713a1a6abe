import { expect, test } from "bun:test";
import { isBodyless, reasonOf, reasons, substatuses } from "./status.ts";

test("reasons are words that may stand in a status line, and codes have three digits", () => {
  for (const [status, reason] of reasons) {
    expect(status).toBeWithin(100, 600);
    expect(reason).toMatch(/^[A-Z][A-Za-z -]*$/);
  }
  expect([reasonOf(404), reasonOf(299)]).toEqual(["Not Found", ""]);
});

test("every substatus belongs to a status that has a reason", () => {
  for (const code of substatuses.keys()) {
    expect(code).toMatch(/^\d{3}\.[1-9]\d{0,2}$/);
    expect(reasons.has(Number(code.slice(0, 3)))).toBeTrue();
  }
});

test("informational answers, 204 and 304 have no content", () => {
  expect([100, 101, 103, 204, 304].filter((it) => !isBodyless(it))).toEqual([]);
  expect([200, 205, 206, 301, 404, 500].filter(isBodyless)).toEqual([]);
});
