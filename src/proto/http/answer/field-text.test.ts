import { expect, test } from "bun:test";
import fc from "fast-check";
import { fieldsText, fieldText, hasField } from "./field-text.ts";

test("a field is written as it is", () => {
  expect(fieldText(["ETag", '"a\xe9"'])).toBe('ETag: "a\xe9"\r\n');
  expect(
    fieldsText([
      ["A", "1"],
      ["a", "2\t3"],
    ]),
  ).toBe("A: 1\r\na: 2\t3\r\n");
});

test("what would break a line becomes a blank, and what is no byte a question mark", () => {
  expect(fieldText(["X", "a\r\nSet-Cookie: b\0c\x7f"])).toBe("X: a  Set-Cookie: b c \r\n");
  expect(fieldText(["X", "\u010d\u010aY: 1"])).toBe("X: ??Y: 1\r\n");
});

test("names that are none, and those by which the engine speaks, are left out", () => {
  for (const name of ["", "a b", "a:", "a\r\nb", "\xe9", "Content-Length", "TRANSFER-ENCODING", "connection"])
    expect([name, fieldText([name, "1"])]).toEqual([name, ""]);
});

test("no field is more than one line, whatever it is made of", () => {
  const text = fc.string({ unit: fc.constantFrom(...("\r\n\0\u010aa:; \xff😀".match(/./gsu) ?? [])), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (name, value) => {
      expect(Buffer.from(fieldText([name, value]), "latin1").toString("latin1")).toMatch(/^([a]+: [^\r\n\0]*\r\n)?$/);
    }),
    { numRuns: 2000 },
  );
});

test("a field is found in any case", () => {
  expect([hasField([["DATE", ""]], "date"), hasField([["Dates", ""]], "date")]).toEqual([true, false]);
});
