import { expect, test } from "bun:test";
import type { Answer, BodySource } from "../../proto/http/answer/answer.ts";
import { answerFields } from "./answer-fields.ts";

const answer = (more: Partial<Answer>): Answer => ({ status: 200, substatus: 0, fields: [], body: undefined, ...more });

test("each name stands once in lower case, cookies apart, and the engine tells length and date", () => {
  const fields = [
    ["Content-Type", "text/plain"],
    ["Vary", "A"],
    ["vary", "B"],
    ["Set-Cookie", "a=b"],
    ["Set-Cookie", "c=d"],
    ["Constructor", "x"],
  ] as const;
  expect(answerFields(answer({ fields, body: Buffer.from("four") }), "now")).toEqual({
    ":status": "200",
    "content-type": "text/plain",
    vary: "A, B",
    "set-cookie": ["a=b", "c=d"],
    constructor: "x",
    "content-length": "4",
    date: "now",
  });
});

test("what an answer may not say is left out, and what would break a line becomes a blank", () => {
  const fields = [
    ["Connection", "close"],
    ["Upgrade", "h2c"],
    ["Transfer-Encoding", "chunked"],
    ["Content-Length", "7"],
    [":status", "500"],
    ["a b", "x"],
    ["X-Own", "a\r\nb: c"],
    ["Date", "then"],
  ] as const;
  expect(answerFields(answer({ status: 304, fields }), "now")).toEqual({
    ":status": "304",
    "x-own": "a  b: c",
    date: "then",
  });
});

test("a length that only the end will tell is not told", () => {
  const body: BodySource = { length: undefined, next: () => "over", close: () => {} };
  expect(answerFields(answer({ body }), "now")).toEqual({ ":status": "200", date: "now" });
});
