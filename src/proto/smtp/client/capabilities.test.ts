import { expect, test } from "bun:test";
import fc from "fast-check";
import { noCapabilities, offersOf, readCapabilities } from "./capabilities.ts";

const read = (...lines: readonly string[]) =>
  readCapabilities({ code: 250, lines: ["mx.example PIPELINING", ...lines] });

test("each line but the first is an extension, in any case, and what is none is passed over", () => {
  const { words } = read("size 1000", "Pipelining", "", "-x", "X-OTHER a b", "\u00e9");
  expect([...words]).toEqual([
    ["SIZE", "1000"],
    ["PIPELINING", ""],
    ["X-OTHER", "a b"],
  ]);
  expect([...noCapabilities.words]).toEqual([]);
});

test("mechanisms are gathered from the form of today and that of old", () => {
  expect(read("AUTH plain LOGIN", "AUTH=LOGIN CRAM-MD5").mechanisms).toEqual(["PLAIN", "LOGIN", "CRAM-MD5"]);
});

test("limits are those that are told, and nought is none", () => {
  expect(read("SIZE 5", "LIMITS MAILMAX=2 RCPTMAX=100 X=1")).toMatchObject({
    sizeMax: 5,
    messagesMax: 2,
    recipientsMax: 100,
  });
  const none = { sizeMax: null, messagesMax: null, recipientsMax: null };
  expect(read("SIZE 0", "LIMITS RCPTMAX=0 XMAILMAX=3")).toMatchObject(none);
  expect(read("SIZE")).toMatchObject(none);
  expect(read("SIZE many")).toMatchObject(none);
});

test("BINARYMIME is nothing without CHUNKING: RFC 3030 §3", () => {
  expect(offersOf(read("BINARYMIME"))("BINARYMIME")).toBeFalse();
  expect(offersOf(read("BINARYMIME", "CHUNKING"))("BINARYMIME")).toBeTrue();
});

test("no lines throw", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const { sizeMax } = read(...lines);
      expect(sizeMax === null || sizeMax > 0).toBeTrue();
    }),
  );
});
