import { expect, test } from "bun:test";
import fc from "fast-check";
import { matcher, wordsOf } from "./article-match.ts";

const match = matcher([
  { article: "port", phrases: ["Address already in use", "10048", "Error 10048:"] },
  { article: "key", phrases: ["The specified handle is invalid", "0x80090006"] },
  { article: "mixed", phrases: ["0006 Handle is invalid", "6"] },
]);
const best = (text: string) => match(text)[0]?.article;

test("words keep codes and file names whole, and old screens' leading zeros do not count", () => {
  expect([...wordsOf("0006 Handle: 0x80090006 (w3pcfg.dll) of {object}, can't")]).toEqual([
    "6",
    "handle",
    "0x80090006",
    "w3pcfg.dll",
    "of",
    "can't",
  ]);
});

test("a phrase is found whole, within more text, in part, and misspelled", () => {
  expect(match("Address already in use")[0]).toEqual({ article: "port", score: 1 });
  expect(best("2026-11-21 10:01 W3SVC error: address already in use (site 5)")).toBe("port");
  expect(best("adress alredy used")).toBe("port");
  expect(best("handle invalid specified")).toBe("key");
  expect(best("0x80090006")).toBe("key");
});

test("a number is never guessed, and words that are nowhere find nothing", () => {
  expect(match("10049")).toEqual([]);
  expect(match("completely unrelated sentence")).toEqual([]);
  expect(match("")).toEqual([]);
});

test("a longer match is better than a number that happens to be in the text", () => {
  expect(best("6 times: the specified handle is invalid")).toBe("key");
});

test("no text throws, scores lie between 0 and 1, the best comes first", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
      const scores = match(text).map((it) => it.score);
      expect(scores).toEqual(scores.toSorted((left, right) => right - left));
      expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
    }),
  );
});

test("of a long paste only the beginning counts", () => {
  const paste = "strange words ".repeat(100_000);
  expect(wordsOf(Array.from({ length: 100_000 }, (_, index) => `word${index}`).join(" ")).size).toBeLessThan(1000);
  expect(best(`10048 ${paste}`)).toBe("port");
  expect(match(`${paste} 10048`)).toEqual([]);
});
