import { expect, test } from "bun:test";
import fc from "fast-check";
import type { BlockVerdict, Endless } from "./block-reader.ts";
import { type DottedBlockOptions, DottedBlockReader } from "./dotted-block-reader.ts";

interface Outcome {
  readonly content: string;
  /** Undefined while the end has not come. */
  readonly verdict: BlockVerdict | Endless | undefined;
  readonly rest: string;
}

const roomy = { bytesMax: 1000, endlessBytes: 4000 };
const refuse: DottedBlockOptions = { ...roomy, lineEnds: "refuse" };
const mend: DottedBlockOptions = { ...roomy, lineEnds: "mend" };

/** What comes of a text that arrives in these pieces. */
function read(pieces: readonly string[], options = refuse): Outcome {
  const reader = new DottedBlockReader(options);
  let content = "";
  for (const [index, text] of pieces.entries()) {
    const { piece, over } = reader.push(Buffer.from(text, "latin1"));
    content += piece.toString("latin1");
    if (over !== undefined) {
      const rest = over.rest.toString("latin1") + pieces.slice(index + 1).join("");
      return { content, verdict: over.verdict, rest };
    }
  }
  return { content, verdict: undefined, rest: "" };
}

const complete = (content: string, rest = ""): Outcome => ({
  content,
  verdict: { kind: "complete", bytes: content.length },
  rest,
});

/** Every way to cut a text, in pieces that may be as small as a byte. */
function* cuts(text: string): Generator<readonly string[]> {
  for (let mask = 0; mask < 2 ** (text.length - 1); mask++) {
    const pieces: string[] = [];
    let from = 0;
    for (let at = 1; at < text.length; at++)
      if (mask & (1 << (at - 1))) {
        pieces.push(text.slice(from, at));
        from = at;
      }
    yield [...pieces, text.slice(from)];
  }
}

/** The table at the head of the reader told in another way: by lines of the whole text. */
function model(text: string, options: DottedBlockOptions): Outcome {
  const pattern = /([^\r\n\0]*)(\r\n|\n|\r|\0|$)/gy;
  let content = "";
  let line = 1;
  let begins: "line" | "mended" | "text" = "line";
  let flawed: BlockVerdict | undefined;
  for (;;) {
    const [, words = "", ending = ""] = pattern.exec(text) ?? [];
    if (begins === "line" && words === "." && ending === "\r\n") break;
    const stuffed = begins !== "text" && words.startsWith(".");
    content += stuffed ? words.slice(1) : words;
    if (ending === "") return { content, verdict: undefined, rest: "" };
    const flaw = ({ "\n": "bare-lf", "\r": "bare-cr", "\0": "nul" } as const)[ending];
    if (flaw !== undefined && options.lineEnds === "refuse") flawed ??= { kind: "flawed", flaw, line };
    content += ending.endsWith("\n") ? "\r\n" : " ";
    if (ending.endsWith("\n")) line++;
    begins = ending === "\r\n" ? "line" : ending === "\n" ? "mended" : "text";
  }
  const rest = text.slice(pattern.lastIndex);
  if (pattern.lastIndex > options.endlessBytes) return { content, verdict: { kind: "endless" }, rest: "" };
  if (flawed !== undefined) return { content, verdict: flawed, rest };
  if (content.length > options.bytesMax) return { content, verdict: { kind: "too-large" }, rest };
  return { content, verdict: { kind: "complete", bytes: content.length }, rest };
}

test("a block ends at a dot on a line of its own, and what follows is not touched", () => {
  expect(read(["a\r\nb\r\n.\r\nQUIT\r\n"])).toEqual(complete("a\r\nb\r\n", "QUIT\r\n"));
  expect(read([".\r\n"])).toEqual(complete(""));
  expect(read(["\r\n.\r\n"])).toEqual(complete("\r\n"));
});

test("a stuffed dot is taken out, and only at the beginning of a line", () => {
  expect(read(["..\r\n...\r\n.a\r\nb.\r\n.\r\n"])).toEqual(complete(".\r\n..\r\na\r\nb.\r\n"));
});

const family = [
  ["\n.\n", "bare-lf"],
  ["\n.\r\n", "bare-lf"],
  ["\r\n.\n", "bare-lf"],
  ["\r.\r", "bare-cr"],
  ["\r.\r\n", "bare-cr"],
  ["\r\n.\r", "bare-cr"],
  ["\r\n.\r\r\n", "bare-cr"],
  ["\r.\n", "bare-cr"],
  ["\n.\r", "bare-lf"],
  ["\r\r\n.\r\r\n", "bare-cr"],
  ["\r\n.\0\r\n", "nul"],
  ["\r\n\0.\r\n", "nul"],
  ["\r\n.\r\0\n", "bare-cr"],
  ["\0\r\n.\n", "nul"],
] as const;

test("no ending of the smuggling family ends a block, however it is cut, and the whole block is refused", () => {
  for (const [ending, flaw] of family) {
    const text = `a${ending}M\r\n.\r\n`;
    const line = ending.startsWith("\r\n") ? 2 : 1;
    for (const pieces of cuts(text)) {
      const { verdict, rest } = read(pieces);
      expect({ pieces, verdict, rest }).toEqual({ pieces, verdict: { kind: "flawed", flaw, line }, rest: "" });
    }
  }
});

test("mended, the family ends no block either, and what is given on has no ending but CRLF", () => {
  for (const [ending] of family) {
    const { content, verdict, rest } = read([`a${ending}M\r\n.\r\n`], mend);
    expect([verdict?.kind, rest]).toEqual(["complete", ""]);
    expect(content.replaceAll("\r\n", "")).toMatch(/^a[ .]*M$/);
  }
  expect(read(["a\n.\nb\n..c\r\n.\r\n"], mend)).toEqual(complete("a\r\n\r\nb\r\n.c\r\n"));
  expect(read(["a\rb\0c\r\r\n.\r\n"], mend)).toEqual(complete("a b c \r\n"));
});

test("beyond the bound the rest is read and thrown away, and far beyond it nobody waits for the end", () => {
  const tight: DottedBlockOptions = { bytesMax: 8, endlessBytes: 20, lineEnds: "refuse" };
  expect(read(["123456\r\n.\r\nx"], tight)).toEqual(complete("123456\r\n", "x"));
  expect(read(["1234567\r\n.\r\nx"], tight)).toEqual({ content: "", verdict: { kind: "too-large" }, rest: "x" });
  expect(read(["1234567890123456\r\n.\r\n"], tight).verdict?.kind).toBe("endless");
  expect(read(["1".repeat(20)], tight).verdict).toBeUndefined();
  expect(read(["1".repeat(21)], tight).verdict?.kind).toBe("endless");
});

const alphabet = fc.constantFrom("\r\n", "\r", "\n", "\0", ".", "a", "\xff", "\r\n.", "\r\n.\r\n");
const text = fc.array(alphabet, { minLength: 1, maxLength: 24 }).map((parts) => parts.join(""));
const options = fc.record({
  bytesMax: fc.integer({ min: 0, max: 30 }),
  endlessBytes: fc.integer({ min: 10, max: 60 }),
  lineEnds: fc.constantFrom("refuse" as const, "mend" as const),
});

test("every text is read as the table says, in one piece, in single bytes, and cut anywhere", () => {
  fc.assert(
    fc.property(text, options, fc.array(fc.nat(40), { maxLength: 8 }), (given, options, points) => {
      const whole = read([given], options);
      const expected = model(given, options);
      if (expected.verdict !== undefined)
        expect([whole.verdict, whole.rest]).toEqual([expected.verdict, expected.rest]);
      else if (given.length <= options.endlessBytes) expect(whole.verdict).toBeUndefined();
      else expect(whole.verdict).toEqual({ kind: "endless" });
      if (whole.verdict?.kind === "complete") expect(whole.content).toBe(expected.content);
      const at = [0, ...points.map((it) => it % given.length), given.length].sort((a, b) => a - b);
      const random = at.slice(1).map((end, index) => given.slice(at[index], end));
      for (const pieces of [[...given], random]) {
        const cut = read(pieces, options);
        expect([cut.verdict, cut.rest]).toEqual([
          whole.verdict,
          whole.verdict?.kind === "endless" ? cut.rest : whole.rest,
        ]);
        if (whole.verdict?.kind === "complete") expect(cut.content).toBe(whole.content);
        expect(cut.content.length).toBeLessThanOrEqual(options.bytesMax);
      }
    }),
    { numRuns: 2000 },
  );
});

test("every cut of every short text gives what the whole gives", () => {
  const short = ["a", ".", "\r\n.\r\n", "\r", "\n"];
  for (const one of short)
    for (const two of short)
      for (const three of short) {
        const given = `${one}${two}${three}\r\n.\r\nx`;
        for (const options of [refuse, mend]) {
          const whole = read([given], options);
          expect(whole.verdict).toBeDefined();
          if (given.length > 12) continue;
          for (const pieces of cuts(given)) {
            const { verdict, rest, content } = read(pieces, options);
            expect([verdict, rest]).toEqual([whole.verdict, whole.rest]);
            if (verdict?.kind === "complete") expect(content).toBe(whole.content);
          }
        }
      }
});

test("a piece without dots at its beginnings is given on as it is, without a copy", () => {
  const reader = new DottedBlockReader(refuse);
  const chunk = Buffer.from("a\r\nb\r\n");
  expect(reader.push(chunk).piece).toBe(chunk);
});
