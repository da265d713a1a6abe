import { expect, test } from "bun:test";
import { bad, good } from "../base/result.ts";
import { problem } from "../schema/decode.ts";
import { answerJson, readAnswer } from "./answer-json.ts";
import { refusal } from "./operation.ts";

const crossed = (it: Parameters<typeof answerJson>[0]) => readAnswer(JSON.parse(JSON.stringify(answerJson(it))));

test("answers and refusals arrive as they were", () => {
  for (const it of [good(null), good({ a: [1] }), bad(refusal("conflict", "No.", [problem("a/b", 7, "a text")]))])
    expect(crossed(it)).toEqual(it);
});

test("what is no answer is a refusal, and of one that is half known the sentence is told", () => {
  for (const it of [undefined, null, 7, [], {}, { refused: "no" }, { refused: { reason: "wrong", sentence: 7 } }])
    expect(readAnswer(it)).toMatchObject({ ok: false, error: { reason: "unavailable", problems: [] } });
  const odd = { refused: { reason: "toString", sentence: "No.", problems: [{ path: 7 }, null] } };
  expect(readAnswer(odd)).toEqual(bad(refusal("unavailable", "No.")));
});
