import { expect, test } from "bun:test";
import { substatuses } from "../../proto/http/status.ts";
import { causes } from "../content/error/causes.ts";
import { filterRows } from "../filter/filter-rules.ts";
import { explainStatus } from "./explain-status.ts";

const answerIn = (text: string) => explainStatus(text)?.answer;

test("a substatus is found in what a page or a log says of it", () => {
  for (const text of [
    "404.3",
    "HTTP Error 404.3 - Not Found",
    "HTTP Error 404.3 – Not Found. The page you are requesting cannot be served",
    "It answers 404.3.",
    "(404.3)",
  ])
    expect([text, answerIn(text)]).toEqual([text, "404.3 Not Found"]);
});

test("a status alone counts when nothing else is said, or when it is said to be one of HTTP", () => {
  expect(["404", " 404 ", "HTTP/1.1 404 Not Found", "HTTP Error 404"].map(answerIn)).toEqual(
    Array(4).fill("404 Not Found"),
  );
  expect(["404 files", "port 404", "http://x/404"].map(answerIn)).toEqual(Array(3).fill(undefined));
});

test("no part of an address, of a version, or of a status of mail is taken for one", () => {
  for (const text of ["10.0.404.3", "404.3.1", "1404.3", "550 5.7.1", "404.999", "4000", ""])
    expect([text, answerIn(text)]).toEqual([text, undefined]);
});

test("each cause, each rule of the filter and each substatus is told in a sentence, with its settings", () => {
  for (const [code, { because, setting, remedy }] of Object.entries(causes))
    expect(explainStatus(code)).toMatchObject({
      because,
      remedy,
      settings: setting === undefined ? [] : [`www/${setting}`],
    });
  for (const { refusal, setting } of filterRows)
    expect(explainStatus(`${refusal.status}.${refusal.substatus}`)?.settings).toContain(`www/${setting}`);
  for (const code of substatuses.keys()) expect(explainStatus(code)?.because).toMatch(/^[A-Z].*\.$/);
});

test("what refuses an extension is told once, though there are two lists", () => {
  expect(explainStatus("404.7")).toEqual({
    answer: "404.7 Not Found",
    because: "The file extension is refused.",
    settings: ["www/allowedFileExtensions", "www/deniedFileExtensions"],
  });
});
