import { expect, test } from "bun:test";
import fc from "fast-check";
import { httpDate } from "./http-date.ts";
import { type ConditionField, type Current, type Decision, decideConditions, rangeToAnswer } from "./preconditions.ts";

const now = Date.UTC(2026, 5, 1);
const modifiedMs = Date.UTC(2026, 0, 1) + 500;
const then = httpDate(modifiedMs);
const before = httpDate(modifiedMs - 60_000);
const after = httpDate(modifiedMs + 60_000);
const page: Current = { entityTag: { weak: false, opaque: "a" }, modifiedMs };
const weakPage: Current = { entityTag: { weak: true, opaque: "a" }, modifiedMs };

type Fields = Partial<Record<ConditionField, string>>;
const asked = (method: string, fields: Fields) => ({ method, header: (name: ConditionField) => fields[name] });
const decide = (fields: Fields, current: Current | undefined = page, method = "GET") =>
  decideConditions(asked(method, fields), current, now);

test("each condition alone", () => {
  const rows: readonly (readonly [Fields, Decision, Decision])[] = [
    [{}, "carry-out", "carry-out"],
    [{ "if-match": '"b", "a"' }, "carry-out", "carry-out"],
    [{ "if-match": '"b"' }, "failed", "failed"],
    [{ "if-match": "*" }, "carry-out", "carry-out"],
    [{ "if-match": "nonsense" }, "failed", "failed"],
    [{ "if-none-match": 'W/"a"' }, "not-modified", "failed"],
    [{ "if-none-match": "*" }, "not-modified", "failed"],
    [{ "if-none-match": '"b"' }, "carry-out", "carry-out"],
    [{ "if-none-match": "nonsense" }, "carry-out", "carry-out"],
    [{ "if-modified-since": then }, "not-modified", "carry-out"],
    [{ "if-modified-since": after }, "not-modified", "carry-out"],
    [{ "if-modified-since": before }, "carry-out", "carry-out"],
    [{ "if-modified-since": "nonsense" }, "carry-out", "carry-out"],
    [{ "if-unmodified-since": then }, "carry-out", "carry-out"],
    [{ "if-unmodified-since": before }, "failed", "failed"],
    [{ "if-unmodified-since": "nonsense" }, "carry-out", "carry-out"],
  ];
  for (const [fields, read, changed] of rows) {
    expect([fields, decide(fields), decide(fields, page, "HEAD")]).toEqual([fields, read, read]);
    expect([fields, decide(fields, page, "PUT")]).toEqual([fields, changed]);
  }
});

test("a weak tag is never enough to change something, and enough to read nothing anew", () => {
  expect(decide({ "if-match": '"a"' }, weakPage)).toBe("failed");
  expect(decide({ "if-match": "*" }, weakPage)).toBe("carry-out");
  expect(decide({ "if-none-match": '"a"' }, weakPage)).toBe("not-modified");
});

test("where nothing is there, only * and tags can be wrong", () => {
  const without = (fields: Fields) => decideConditions(asked("PUT", fields), undefined, now);
  expect([without({ "if-match": "*" }), without({ "if-match": '"a"' })]).toEqual(["failed", "failed"]);
  expect([without({ "if-none-match": "*" }), without({ "if-unmodified-since": before })]).toEqual([
    "carry-out",
    "carry-out",
  ]);
});

test("tags count before dates", () => {
  expect(decide({ "if-match": '"a"', "if-unmodified-since": before })).toBe("carry-out");
  expect(decide({ "if-none-match": '"b"', "if-modified-since": after })).toBe("carry-out");
  expect(decide({ "if-match": '"b"', "if-none-match": '"a"' })).toBe("failed");
  expect(decide({ "if-unmodified-since": before, "if-modified-since": after })).toBe("failed");
});

test("a range counts where it was asked of what is still there", () => {
  const range = "bytes=0-1";
  const ranged = (condition: string | undefined, current: Current = page, method = "GET") =>
    rangeToAnswer(asked(method, { range, ...(condition !== undefined && { "if-range": condition }) }), current, now);
  for (const condition of [undefined, '"a"', then]) expect([condition, ranged(condition)]).toEqual([condition, range]);
  for (const condition of ['"b"', 'W/"a"', before, after, "*", "nonsense", '"a", "b"'])
    expect([condition, ranged(condition)]).toEqual([condition, undefined]);
  expect([ranged('W/"a"', weakPage), ranged('"a"', weakPage), ranged(then, {})]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([ranged(undefined, page, "HEAD"), ranged(undefined, page, "PUT")]).toEqual([undefined, undefined]);
});

test("the order of the steps is that of the RFC, whatever stands together", () => {
  const tag = fc.constantFrom(undefined, '"a"', '"b"', "*", 'W/"a"');
  const date = fc.constantFrom(undefined, before, then, after, "nonsense");
  const fields = fc.record({
    "if-match": tag,
    "if-none-match": tag,
    "if-modified-since": date,
    "if-unmodified-since": date,
  });
  fc.assert(
    fc.property(fields, fc.constantFrom("GET", "PUT"), fc.constantFrom(page, weakPage), (it, method, current) => {
      // The five steps, word for word.
      const ok = {
        m: it["if-match"],
        n: it["if-none-match"],
        s: it["if-modified-since"],
        u: it["if-unmodified-since"],
      };
      const strong = current === page;
      const one = ok.m === undefined || ok.m === "*" || (ok.m === '"a"' && strong);
      const two = ok.m !== undefined || ok.u !== before;
      const three = ok.n === undefined || ok.n === '"b"';
      const four =
        ok.n !== undefined || method !== "GET" || ok.s === undefined || ok.s === before || ok.s === "nonsense";
      const ifRead = method === "GET" ? "not-modified" : "failed";
      const expected = !one || !two ? "failed" : three && four ? "carry-out" : ifRead;
      const given = Object.fromEntries(Object.entries(it).filter(([, value]) => value !== undefined)) as Fields;
      expect([given, decide(given, current, method)]).toEqual([given, expected]);
    }),
    { numRuns: 1000 },
  );
});
