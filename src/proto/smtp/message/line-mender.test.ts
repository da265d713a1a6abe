import { expect, test } from "bun:test";
import fc from "fast-check";
import { LineMender } from "./line-mender.ts";

function mend(pieces: readonly Buffer[]): string {
  const mender = new LineMender();
  return Buffer.concat([...pieces.map((piece) => mender.push(piece)), mender.finish()]).toString("latin1");
}
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const mended = (text: string): string => mend([latin1(text)]);

/** The table at the head of the file, told in another way. */
function model(text: string): string {
  const lines = text
    .replace(/^\xef\xbb\xbf/, "")
    .replace(/\r{0,2}\n/g, "\n")
    .replace(/\r{1,2}$/, "\n")
    .split("\n");
  const rest = lines.pop() ?? "";
  const all = rest === "" ? lines : [...lines, rest];
  return all.map((line) => `${line.replace(/[\r\0]/g, " ")}\r\n`).join("");
}

test("a file with proper lines comes through as it is, in the same memory", () => {
  const bytes = latin1("A: b\r\n\r\n.\r\n..\r\nend\r\n");
  const piece = new LineMender().push(bytes);
  expect(piece).toEqual(bytes);
  expect(piece.buffer === bytes.buffer && piece.byteOffset === bytes.byteOffset).toBe(true);
});

test("each row of the table holds", () => {
  expect(mended("a\nb\n")).toBe("a\r\nb\r\n");
  expect(mended("a\r\r\nb\r\r\r\n")).toBe("a\r\nb \r\n");
  expect(mended("a\rb\0c\r\n")).toBe("a b c\r\n");
  expect(mended("a")).toBe("a\r\n");
  expect(mended("a\r")).toBe("a\r\n");
  expect(mended("")).toBe("");
  expect(mended("\xef\xbb\xbfA: b\r\n\xef\xbb\xbf")).toBe("A: b\r\n\xef\xbb\xbf\r\n");
  expect(mended("\xef\xbb")).toBe("\xef\xbb\r\n");
  expect(mended("\n.\n")).toBe("\r\n.\r\n");
});

test("every split of every file gives the same, which has no line end but CRLF", () => {
  const text = fc.array(
    fc.constantFrom("\xef\xbb\xbf", "\xef", "\xef\xbb", "\r\n", "\r", "\n", "\0", "a", ".", "\xff"),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(text, fc.nat(30), (parts, cut) => {
      const bytes = latin1(parts.join(""));
      const whole = mend([bytes]);
      expect(whole).toBe(model(parts.join("")));
      expect(mend([...bytes].map((byte) => Buffer.of(byte)))).toBe(whole);
      expect(mend([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(whole);
      if (!whole.startsWith("\xef\xbb\xbf")) expect(mended(whole)).toBe(whole);
      expect(whole.replaceAll("\r\n", "")).not.toMatch(/[\r\n\0]/);
    }),
    { numRuns: 2000 },
  );
});
