import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Line, LineReader } from "./line-reader.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** All lines of a stream that arrives in these pieces. */
function read(max: number, pieces: readonly Uint8Array[]): Line[] {
  const reader = new LineReader(max);
  const lines: Line[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let line = reader.next(); line !== undefined; line = reader.next()) lines.push(line);
  }
  return lines;
}

/** The same told in another way, from the whole text at once. */
function model(max: number, text: string): Line[] {
  const parts = text.split("\n");
  const rest = parts.pop() ?? "";
  const lines = parts.map((part): Line => {
    if (part.length + 1 > max) return { kind: "overlong" };
    const bare = part.replace(/\r$/, "");
    if (bare.includes("\0")) return { kind: "nul", text: bare };
    if (bare.includes("\r")) return { kind: "bare-cr", text: bare };
    return { kind: part.endsWith("\r") ? "line" : "bare-lf", text: bare };
  });
  return rest.length >= max ? [...lines, { kind: "overlong" }] : lines;
}

test("clean lines come without their ending", () => {
  expect(read(512, [latin1("HELO a\r\n\r\nQUIT\r\nhalf")])).toEqual([
    { kind: "line", text: "HELO a" },
    { kind: "line", text: "" },
    { kind: "line", text: "QUIT" },
  ]);
});

test("a bare LF, a bare CR and a NUL are told, and each stays inside its own line", () => {
  expect(read(512, [latin1("a\nb\rc\r\nd\0e\r\nf\r\r\ng\r\n")])).toEqual([
    { kind: "bare-lf", text: "a" },
    { kind: "bare-cr", text: "b\rc" },
    { kind: "nul", text: "d\0e" },
    { kind: "bare-cr", text: "f\r" },
    { kind: "line", text: "g" },
  ]);
});

test("the bound counts the ending: 512 bytes pass, 513 do not", () => {
  expect(read(512, [latin1(`${"x".repeat(510)}\r\n${"y".repeat(511)}\r\nz\r\n`)]).map((line) => line.kind)).toEqual([
    "line",
    "overlong",
    "line",
  ]);
});

test("an overlong line is told before its end has come, and once", () => {
  const reader = new LineReader(8);
  reader.push(latin1("12345678"));
  expect(reader.next()).toEqual({ kind: "overlong" });
  reader.push(latin1("9".repeat(100)));
  expect(reader.next()).toBeUndefined();
  reader.push(latin1("\r\nQUIT\r\n"));
  expect(reader.next()).toEqual({ kind: "line", text: "QUIT" });
});

test("every split of every stream gives the same lines, and they are those of the model", () => {
  const alphabet = fc.constantFrom("\r\n", "\r", "\n", "\0", "a", "\xff", "bcd");
  const stream = fc.array(alphabet, { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(stream, fc.integer({ min: 2, max: 12 }), (text, max) => {
      const expected = model(max, text);
      const bytes = latin1(text);
      expect(read(max, [bytes])).toEqual(expected);
      expect(
        read(
          max,
          [...bytes].map((byte) => Uint8Array.of(byte)),
        ),
      ).toEqual(expected);
      for (let cut = 1; cut < bytes.length; cut++)
        expect(read(max, [bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("what follows a line can be taken as it is, and nothing of it is read as a line later", () => {
  const reader = new LineReader(512);
  reader.push(latin1("STARTTLS\r\nNOOP\r\n"));
  expect(reader.next()).toEqual({ kind: "line", text: "STARTTLS" });
  expect(reader.heldBytes).toBe(6);
  expect(Buffer.from(reader.takeRest()).toString()).toBe("NOOP\r\n");
  expect(reader.heldBytes).toBe(0);
  expect(reader.next()).toBeUndefined();
  reader.push(latin1("EHLO a\r\n"));
  expect(reader.next()).toEqual({ kind: "line", text: "EHLO a" });
});
