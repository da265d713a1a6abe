import { expect, test } from "bun:test";
import fc from "fast-check";
import { TextCheck } from "./text-check.ts";

function check(pieces: readonly string[]) {
  const text = new TextCheck();
  for (const piece of pieces) text.push(Buffer.from(piece, "latin1"));
  return { flaw: text.end(), eightBit: text.eightBit };
}

/** The same, told of the whole. */
function model(text: string) {
  const [before] = text.split(/\r(?!\n)|(?<!\r)\n|\0/, 1);
  if (before === undefined || before.length === text.length) return undefined;
  const byte = text[before.length];
  const flaw = byte === "\n" ? "bare-lf" : byte === "\r" ? "bare-cr" : "nul";
  return { flaw, line: before.split("\r\n").length };
}

test("texts whose lines end with CRLF pass, also when the last has no end", () => {
  for (const text of ["", "a", "a\r\n", "a\r\nb", "\r\n\r\n", ".\r\n"]) expect(check([text]).flaw).toBeUndefined();
});

test("the first flaw is named with its line", () => {
  expect(check(["a\r\nb\nc\rd"]).flaw).toEqual({ flaw: "bare-lf", line: 2 });
  expect(check(["a\r\n\r\nb\rc"]).flaw).toEqual({ flaw: "bare-cr", line: 3 });
  expect(check(["a\0"]).flaw).toEqual({ flaw: "nul", line: 1 });
  expect(check(["a\r"]).flaw).toEqual({ flaw: "bare-cr", line: 1 });
  expect(check(["a\r", "\nb"]).flaw).toBeUndefined();
  expect(check(["a\r", "b"]).flaw).toEqual({ flaw: "bare-cr", line: 1 });
});

test("bytes beyond ASCII are seen", () => {
  expect(check(["abc"]).eightBit).toBeFalse();
  expect(check(["a", "\xe9", "c"]).eightBit).toBeTrue();
});

test("every text is judged as a whole would be, however it is cut", () => {
  const piece = fc.constantFrom("\r\n", "\r", "\n", "\0", "a", "\xff", "\x0b");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const expected = model(text);
      expect(check([text]).flaw).toEqual(expected as ReturnType<typeof check>["flaw"]);
      expect(check([...text]).flaw).toEqual(expected as ReturnType<typeof check>["flaw"]);
      expect(check(parts).eightBit).toBe(text.includes("\xff"));
    }),
    { numRuns: 2000 },
  );
});
