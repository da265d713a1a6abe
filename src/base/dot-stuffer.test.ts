import { expect, test } from "bun:test";
import fc from "fast-check";
import { DotStuffer } from "./dot-stuffer.ts";
import { DottedBlockReader } from "./dotted-block-reader.ts";

/** As it goes out, from a text that comes in these pieces. */
function stuffed(pieces: readonly string[]): string {
  const stuffer = new DotStuffer();
  return pieces.map((it) => stuffer.stuff(Buffer.from(it, "latin1")).toString("latin1")).join("") + stuffer.end();
}

test("a line that begins with a dot gets another, and the text a line with one alone", () => {
  expect(stuffed([".\r\na.\r\n..b\r\n"])).toBe("..\r\na.\r\n...b\r\n.\r\n");
  expect(stuffed([])).toBe(".\r\n");
  expect(stuffed(["a"])).toBe("a\r\n.\r\n");
});

test("what is stuffed is read back as it was, however either side cuts it, and ends where it ends", () => {
  const words = fc.constantFrom("\r\n", ".", "a", "\xff", "\r\n.", "..");
  const text = fc.array(words, { maxLength: 30 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.nat(60), fc.boolean(), (given, point, bytewise) => {
      const cut = point % (given.length + 1);
      const sent = stuffed(bytewise ? [...given] : [given.slice(0, cut), given.slice(cut)]);
      const reader = new DottedBlockReader({ bytesMax: 1000, endlessBytes: 2000, lineEnds: "refuse" });
      const { piece, over } = reader.push(Buffer.from(`${sent}QUIT\r\n`, "latin1"));
      const whole = given === "" || given.endsWith("\r\n") ? given : `${given}\r\n`;
      expect(piece.toString("latin1")).toBe(whole);
      expect([over?.verdict.kind, over?.rest.toString()]).toEqual(["complete", "QUIT\r\n"]);
    }),
    { numRuns: 1000 },
  );
});

test("a piece without such a line goes out as it is, without a copy", () => {
  const piece = Buffer.from("a\r\nb\r\n");
  expect(new DotStuffer().stuff(piece)).toBe(piece);
});
