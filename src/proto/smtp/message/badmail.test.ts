import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Badmail,
  badmailKinds,
  badmailNames,
  badmailProperties,
  badmailReason,
  readBadmailProperties,
} from "./badmail.ts";

const badmail: Badmail = {
  id: "3vt1c0a8x",
  kind: "malformed-pickup",
  atMs: Date.UTC(2026, 10, 27, 12, 40, 9),
  reason: "The file names no sender. Add a From: line, or begin the file with an x-sender: line.",
  sender: "",
  recipients: ["bob@example.net"],
};

test("the reason has the sentence and the code that people search for, then what to do", () => {
  expect(badmailReason(badmail).split("\r\n")).toEqual([
    'Unable to deliver this message because the following error was encountered: "An error occurred while processing a file in the pickup directory."',
    "The specific error code was 0xC00402CE.",
    "",
    badmail.reason,
    "",
    "Message 3vt1c0a8x, Fri, 27 Nov 2026 12:40:09 +0000",
    "From <>",
    "To bob@example.net",
    "",
  ]);
  expect(badmailReason({ ...badmail, reason: "a\r\nb\0c" })).toContain("\r\na b c\r\n");
});

test("the three files lie beside each other", () => {
  expect(badmailNames("x")).toEqual({ message: "x.BAD", properties: "x.BDP", reason: "x.BDR" });
});

describe("properties", () => {
  test("read as they were written", () => {
    const any = fc.record({
      id: fc.string(),
      kind: fc.constantFrom(...(Object.keys(badmailKinds) as (keyof typeof badmailKinds)[])),
      atMs: fc.maxSafeInteger(),
      reason: fc.string(),
      sender: fc.string(),
      recipients: fc.array(fc.string()),
    });
    fc.assert(fc.property(any, (it) => expect(readBadmailProperties(badmailProperties(it))).toEqual(it)));
  });

  test("of another program, cut off, or changed by hand into nonsense, are none", () => {
    const text = badmailProperties(badmail);
    for (const wrong of [
      "",
      "[]",
      "null",
      text.slice(0, -3),
      text.replace("malformed-pickup", "toString"),
      text.replace(/"atMs": \d+/, '"atMs": 1.5'),
      text.replace('"bob@example.net"', "7"),
    ])
      expect(readBadmailProperties(wrong)).toBeUndefined();
  });
});
