import { expect, test } from "bun:test";
import { readMessage } from "./messages.ts";

const certificate = {
  name: "shop",
  names: ["shop.example"],
  // Longer than any other text of a message.
  chain: "c".repeat(60_000),
  key: "k",
  fingerprint: "00:11",
  notBeforeMs: 0,
  notAfterMs: 1,
  generation: 1,
};
const message = (parts: object = {}) => ({
  name: "supervisor.certificates.set",
  certificates: [{ ...certificate, ...parts }],
  fallback: null,
});

test("certificates pass the door of a worker whole, and not at all where a part is missing or too long", () => {
  expect(readMessage(message(), "supervisor")).toEqual(message() as never);
  const wrong = [
    { chain: "" },
    { chain: "c".repeat(200_000) },
    { key: undefined },
    { names: ["x".repeat(256)] },
    { names: "shop.example" },
    { generation: 1.5 },
    { notAfterMs: Number.NaN },
  ];
  for (const parts of wrong) expect([parts, readMessage(message(parts), "supervisor")]).toEqual([parts, undefined]);
  expect(readMessage({ ...message(), fallback: 7 }, "supervisor")).toBeUndefined();
});

test("a worker sends no certificates", () => {
  expect(readMessage(message(), "worker")).toBeUndefined();
});
