import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Refusal, refusals } from "../refusal.ts";
import { cut, cuts } from "../testing/cut.ts";
import { ChunkedBodyReader, type ChunkLimits, usualChunkLimits } from "./chunked-body-reader.ts";

const limits = usualChunkLimits;

/** What a reader makes of a body that arrives in these pieces; the rest with all that was not looked at any more. */
function read(pieces: readonly string[], its: ChunkLimits = limits) {
  const reader = new ChunkedBodyReader(its, 1000);
  let content = "";
  for (const [index, piece] of pieces.entries()) {
    const cut = reader.push(Buffer.from(piece, "latin1"));
    content += cut.piece.toString("latin1");
    if (cut.over === undefined) continue;
    const { verdict, rest } = cut.over;
    if (verdict.kind === "refused") return verdict.refusal;
    return { content, verdict, rest: rest.toString("latin1") + pieces.slice(index + 1).join("") };
  }
  return "unfinished";
}

const whole = (text: string, its?: ChunkLimits) => read([text], its);

test("chunks become one content, and what follows is left alone", () => {
  expect(whole("5\r\nhello\r\n00A\r\n, world...\r\n0\r\n\r\nGET /")).toEqual({
    content: "hello, world...",
    verdict: { kind: "complete", bytes: 15 },
    rest: "GET /",
  });
  expect(whole("0\r\n\r\n")).toEqual({ content: "", verdict: { kind: "complete", bytes: 0 }, rest: "" });
});

test("extensions pass unread, up to their bound", () => {
  expect(whole('3;a=b;c="d e"\r\nabc\r\n0;x\r\n\r\n')).toMatchObject({ content: "abc" });
  const few = { ...limits, extensionBytesMax: 4 };
  expect(whole("1;ab\r\nx\r\n1;cd\r\nx\r\n0\r\n\r\n", few)).toMatchObject({ content: "xx" });
  expect(whole("1;ab\r\nx\r\n1;cde\r\nx\r\n0\r\n\r\n", few)).toBe(refusals.chunkExtensionTooLong);
});

test("trailers are told, but for those that would change what the head said", () => {
  expect(whole("0\r\nX-Sum: 1\r\ncontent-LENGTH: 9\r\nHost: b\r\n\r\n")).toMatchObject({
    verdict: { trailers: [["X-Sum", "1"]] },
  });
  expect(whole("0\r\nX : 1\r\n\r\n")).toBe(refusals.blankBeforeColon);
  expect(whole("0\r\n X: 1\r\n\r\n")).toBe(refusals.foldedField);
  expect(whole("0\r\nX: 1\n\r\n")).toBe(refusals.bareLf);
  const short = { ...limits, trailers: { fieldBytesMax: 10, fieldsMax: 1 } };
  expect(whole("0\r\nX: 1234\r\n\r\n", short)).toBe(refusals.fieldsTooLong);
  expect(whole(`0\r\nX: ${"1".repeat(20)}`, short)).toBe(refusals.fieldsTooLong);
  expect(whole("0\r\na:\r\nb:\r\n\r\n", short)).toBe(refusals.fieldsTooMany);
});

test("whatever two programs could read in two ways is refused", () => {
  const rows: readonly (readonly [string, Refusal])[] = [
    ["\r\n", refusals.chunkSize],
    [";a\r\n", refusals.chunkSize],
    ["+1\r\na", refusals.chunkSize],
    ["-1\r\na", refusals.chunkSize],
    ["0x1\r\na", refusals.chunkSize],
    [" 1\r\na", refusals.chunkSize],
    ["1 \r\na", refusals.chunkSize],
    ["1 ;x\r\na", refusals.chunkSize],
    ["1_0\r\na", refusals.chunkSize],
    ["g\r\na", refusals.chunkSize],
    ["1\na", refusals.chunkLine],
    ["1\ra", refusals.chunkLine],
    ["1;x\na", refusals.chunkLine],
    ["1;x\ra", refusals.chunkLine],
    ["1;x\0\r\na", refusals.chunkExtension],
    ["1\r\nab\r\n", refusals.chunkEnd],
    ["1\r\na\n0\r\n\r\n", refusals.chunkEnd],
    ["1\r\na\r0\r\n\r\n", refusals.chunkEnd],
    ["1\r\na0\r\n\r\n", refusals.chunkEnd],
    ["0\n\r\n", refusals.chunkLine],
    ["0\r\n\n", refusals.bareLf],
    ["20000000000000\r\n", refusals.chunkSizeTooLarge],
    ["FFFFFFFFFFFFFFFF1\r\n", refusals.chunkSizeTooLarge],
    [`${"0".repeat(17)}\r\n`, refusals.chunkSizeTooLarge],
    ["10000000000000001\r\n", refusals.chunkSizeTooLarge],
    ["3E9\r\n", refusals.bodyTooLarge],
    ["1\r\na\r\n3e8\r\n", refusals.bodyTooLarge],
  ];
  for (const [text, refusal] of rows) expect([text, whole(text)]).toEqual([text, refusal]);
});

test("content of one chunk is not copied", () => {
  const bytes = Buffer.from("5\r\nhello\r\n");
  expect(new ChunkedBodyReader(limits, 1000).push(bytes).piece.buffer).toBe(bytes.buffer);
});

const content = fc.string({ unit: fc.constantFrom("\r", "\n", "0", "a", "\xff"), maxLength: 20 });
const body = fc
  .tuple(fc.array(content, { maxLength: 6 }), fc.constantFrom("", ";x", ';y="z"'))
  .map(([parts, extension]) => ({
    content: parts.join(""),
    sent: [...parts.filter((it) => it !== ""), ""]
      .map((it) => `${it.length.toString(16)}${extension}\r\n${it}\r\n`)
      .join(""),
  }));

test("what was sent is read, however it is cut", () => {
  fc.assert(
    fc.property(body, cuts, (it, sizes) => {
      const expected = { content: it.content, verdict: { kind: "complete", bytes: it.content.length }, rest: "next" };
      expect(read(cut(`${it.sent}next`, sizes)) as unknown).toEqual(expected);
      expect(read([...`${it.sent}next`]) as unknown).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test("every text is judged as its bytes one by one are, and none throws", () => {
  const piece = fc.constantFrom(
    "\r\n",
    "\r",
    "\n",
    "0",
    "1",
    "2",
    "A",
    "f",
    ";",
    " ",
    "x:y",
    "\0",
    "0\r\n\r\n",
    "1\r\na\r\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), cuts, (parts, sizes) => {
      const text = parts.join("");
      const expected: unknown = read([...text]);
      expect(whole(text) as unknown).toEqual(expected);
      expect(read(cut(text, sizes)) as unknown).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});
