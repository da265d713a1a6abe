import { expect, test } from "bun:test";
import fc from "fast-check";
import { readMessage } from "./messages.ts";

test("a message of the table is read, with its sender", () => {
  const drain = { name: "supervisor.worker.drain", limitMs: 5 };
  expect(readMessage(drain, "supervisor")).toEqual(drain as never);
  expect(readMessage(drain, "worker")).toBeUndefined();
});

test("a message that lacks a field, or has it in another shape, is none", () => {
  expect(readMessage({ name: "supervisor.worker.drain" }, "supervisor")).toBeUndefined();
  expect(readMessage({ name: "supervisor.worker.drain", limitMs: "5" }, "supervisor")).toBeUndefined();
  expect(readMessage({ name: "supervisor.toString" }, "supervisor")).toBeUndefined();
});

test("numbers of sites come in pairs, are numbers, and are so many at most", () => {
  const read = (...sites: readonly unknown[]) => readMessage({ name: "worker.metrics.report", sites }, "worker");
  expect(read({ name: "a", cells: [0, 1, 7, -2.5] })).toBeDefined();
  for (const cells of [[0], [0, "1"], [0, null], [0, Number.NaN], "01", Array.from({ length: 2002 }, () => 1)])
    expect(read({ name: "a", cells })).toBeUndefined();
  expect(read(...Array.from({ length: 1001 }, () => ({ name: "a", cells: [] })))).toBeUndefined();
  expect(read({ cells: [] })).toBeUndefined();
});

test("nothing that can arrive makes the reader throw", () => {
  fc.assert(fc.property(fc.anything(), (given) => void readMessage(given, "worker")));
  expect(readMessage(null, "worker")).toBeUndefined();
});
