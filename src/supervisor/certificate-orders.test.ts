import { expect, test } from "bun:test";
import { servingFor } from "../certificate/testing/pairs.ts";
import { readMessage } from "../ipc/messages.ts";
import { certificateOrders } from "./certificate-orders.ts";

test("many certificates go in several messages, what is gone before what is new, and each passes the door", () => {
  const set = Array.from({ length: 120 }, (_, index) => servingFor(`entry ${index}`, { names: [`h${index}.example`] }));
  const messages = [...certificateOrders({ set, removed: ["old"], fallback: "entry 1" })];
  const sizes = messages.map((it) => (it.name === "supervisor.certificates.set" ? it.certificates.length : it.name));
  expect(sizes).toEqual(["supervisor.certificates.remove", 50, 50, 20]);
  for (const it of messages) expect(readMessage(it, "supervisor")).toEqual(it);
});

test("a fallback is told although no certificate has changed", () => {
  expect([...certificateOrders({ set: [], removed: [], fallback: null })]).toEqual([
    { name: "supervisor.certificates.set", certificates: [], fallback: null },
  ]);
});
