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

test("nothing that can arrive makes the reader throw", () => {
  fc.assert(fc.property(fc.anything(), (given) => void readMessage(given, "worker")));
  expect(readMessage(null, "worker")).toBeUndefined();
});
