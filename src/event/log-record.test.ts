import { expect, test } from "bun:test";
import fc from "fast-check";
import { objectKinds } from "../base/fault.ts";
import { levels } from "./event.ts";
import { decodeLine, encodeOccurrence, isOccurrence, LINE_BYTES_MAX, recordLine } from "./log-record.ts";
import { occurrence } from "./testing/occurrence.ts";

const withoutTrace = fc.record({
  number: fc.nat(),
  level: fc.constantFrom(...levels),
  atMs: fc.nat(),
  object: fc.record({
    kind: fc.constantFrom(...objectKinds),
    name: fc.string({ minLength: 1, unit: "binary" }).filter((it) => it.trim() !== ""),
  }),
  service: fc.string(),
  sentence: fc.string({ unit: "binary" }),
  remedy: fc.string(),
  parameters: fc.dictionary(
    fc.string().filter((it) => it !== "__proto__"),
    fc.oneof(fc.string({ unit: "binary" }), fc.integer()),
    { noNullPrototype: true },
  ),
});
const anyOccurrence = fc.oneof(
  withoutTrace,
  fc.tuple(withoutTrace, fc.string()).map(([it, trace]) => ({ ...it, trace })),
);

test("a record is read as it was written, on one line", () => {
  fc.assert(
    fc.property(anyOccurrence, fc.nat(), (it, seq) => {
      const line = recordLine(seq, encodeOccurrence(it));
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(decodeLine(line)).toEqual({ seq, ...it });
    }),
  );
});

test("no text is taken for a record that is none, and none throws", () => {
  fc.assert(fc.property(fc.string(), (text) => expect(decodeLine(text)).toBeUndefined()));
  const line = recordLine(1, encodeOccurrence(occurrence()));
  for (let length = 0; length < line.length - 1; length++) expect(decodeLine(line.slice(0, length))).toBeUndefined();
});

test("an occurrence that lacks a field or its object is none", () => {
  const whole = occurrence({ parameters: { pid: 1 } });
  expect(isOccurrence(whole)).toBe(true);
  for (const key of Object.keys(whole)) expect(isOccurrence({ ...whole, [key]: undefined })).toBe(false);
  expect(isOccurrence({ ...whole, object: { kind: "site", name: " " } })).toBe(false);
  expect(isOccurrence({ ...whole, object: { kind: "moon", name: "x" } })).toBe(false);
  expect(isOccurrence({ ...whole, parameters: { nested: {} } })).toBe(false);
  expect(isOccurrence({ ...whole, trace: 7 })).toBe(false);
});

test("a line stays short whatever a peer put into its parameters", () => {
  const long = "\u0001".repeat(1_000_000);
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${index}${long.slice(0, 5000)}`, long]));
  const object = { kind: "file", name: long } as const;
  const it = occurrence({ parameters: many, sentence: long, remedy: long, trace: long, object });
  const line = recordLine(1, encodeOccurrence(it));
  expect(Buffer.byteLength(line)).toBeLessThan(LINE_BYTES_MAX);
  expect(decodeLine(line)?.object.name).toBe("\u0001".repeat(1000));
});

test("a line that is just not cut short keeps within the same bound", () => {
  const it = occurrence({ sentence: "\u0001".repeat(16_000) });
  expect(Buffer.byteLength(recordLine(1, encodeOccurrence(it)))).toBeLessThan(LINE_BYTES_MAX);
  expect(decodeLine(recordLine(1, encodeOccurrence(it)))?.sentence).toHaveLength(16_000);
});
