import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { headerBytes } from "./header-editor.ts";
import { textOf } from "./header-field.ts";
import { type HeaderLimits, type HeaderOutcome, HeaderReader, readHeader } from "./header-reader.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** The outcome for a message in these pieces, with all that belongs to its body. */
function readPieces(pieces: readonly Buffer[], limits?: HeaderLimits): HeaderOutcome {
  const reader = new HeaderReader(limits);
  for (const [index, piece] of pieces.entries()) {
    const outcome = reader.push(piece);
    if (outcome?.kind === "header")
      return { ...outcome, rest: Buffer.concat([outcome.rest, ...pieces.slice(index + 1)]) };
    if (outcome !== undefined) return outcome;
  }
  return reader.finish();
}

function found(text: string) {
  const outcome = readHeader(latin1(text));
  if (outcome.kind !== "header") throw new Error(outcome.kind);
  const { header, rest } = outcome;
  return { header, body: rest.toString("latin1"), fields: header.fields.map((it) => [it.name, textOf(it)]) };
}

describe("fields", () => {
  test("a header ends at the empty line, and the body comes as it is", () => {
    const { header, body, fields } = found("From: a@b\r\nSubject: x\r\n\r\nBody\r\n\r\nTo: no@field\r\n");
    expect(fields).toEqual([
      ["From", "a@b"],
      ["Subject", "x"],
    ]);
    expect(header.blank).toBe("\r\n");
    expect(body).toBe("Body\r\n\r\nTo: no@field\r\n");
  });

  test("folded lines are one value, also over a line of nothing but spaces (RFC 5322 §4.2)", () => {
    expect(found("Subject: one\r\n two\r\n\tthree\r\n \r\n four\r\n\r\n").fields).toEqual([
      ["Subject", "one two three  four"],
    ]);
  });

  test("a space before the colon is an old way to write it", () => {
    expect(found("Subject : x\r\nTo\t:y\r\n\r\n").fields).toEqual([
      ["Subject", "x"],
      ["To", "y"],
    ]);
  });

  test("bytes that are no UTF-8 are read as Windows wrote them, and control characters never get out", () => {
    expect(found("A: M\xc3\xbcller\r\nB: M\xfcller \x80\r\nC: a\x07b\rc\0\r\n\r\n").fields).toEqual([
      ["A", "Müller"],
      ["B", "Müller €"],
      ["C", "a b c"],
    ]);
  });
});

describe("where a header ends", () => {
  test("LF alone ends lines too, and CR CR LF is one end", () => {
    expect(found("A: 1\nB: 2\n\nbody").fields).toHaveLength(2);
    expect(found("A: 1\r\r\nB: 2\r\r\n\r\r\nbody").body).toBe("body");
  });

  test("a line that is no field begins the body, though no empty line came", () => {
    const { header, body } = found("From: a@b\r\nHello Bob,\r\n\r\nhow: are you\r\n");
    expect(header).toMatchObject({ blank: "", fields: [{ name: "From" }] });
    expect(body).toBe("Hello Bob,\r\n\r\nhow: are you\r\n");
  });

  test("a message may have no body, no header, or nothing", () => {
    expect(found("From: a@b\r\n")).toMatchObject({ body: "", header: { blank: "" } });
    expect(found("From: a@b").fields).toEqual([["From", "a@b"]]);
    expect(found("\r\nbody")).toMatchObject({ body: "body", fields: [] });
    expect(found(" folded\r\nA: b\r\n")).toMatchObject({ body: " folded\r\nA: b\r\n", fields: [] });
    expect(found("")).toMatchObject({ body: "", fields: [] });
  });

  test("the first line of an old mailbox file is no field, and ends nothing", () => {
    const { header, fields } = found("From bob Fri Nov 27\r\nTo: a@b\r\n\r\n");
    expect(header.leading).toBe("From bob Fri Nov 27\r\n");
    expect(fields).toEqual([["To", "a@b"]]);
    expect(found("To: a@b\r\nFrom bob\r\n").body).toBe("From bob\r\n");
  });
});

describe("bounds", () => {
  test("what is too large is told before its end has come", () => {
    const reader = new HeaderReader({ headerBytesMax: 10, fieldsMax: 5 });
    expect(reader.push(latin1("A: 3456789"))).toBeUndefined();
    expect(reader.push(latin1("x"))).toEqual({ kind: "too-large" });
    expect(readHeader(latin1("A: 1\r\n\r\n"), { headerBytesMax: 8, fieldsMax: 1 }).kind).toBe("header");
    expect(readHeader(latin1("A: 1\r\n\r\n"), { headerBytesMax: 7, fieldsMax: 1 }).kind).toBe("too-large");
    expect(readHeader(latin1("A: 1\r\nB: 2\r\n"), { headerBytesMax: 99, fieldsMax: 1 }).kind).toBe("too-many-fields");
  });
});

test("every split of every message reads the same, and no byte is lost, changed or moved", () => {
  const piece = fc.constantFrom(
    "A: b",
    "From x",
    "To :",
    " ",
    "\t",
    "\r\n",
    "\n",
    "\r",
    "x",
    ":",
    "\0",
    "\xff",
    "\r\n\r\n",
  );
  const message = fc.array(piece, { maxLength: 30 }).map((pieces) => latin1(pieces.join("")));
  const limits = fc.record({
    headerBytesMax: fc.integer({ min: 1, max: 60 }),
    fieldsMax: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(message, limits, fc.nat(60), (bytes, bounds, cut) => {
      const whole = readPieces([bytes], bounds);
      expect(
        readPieces(
          [...bytes].map((byte) => Buffer.of(byte)),
          bounds,
        ),
      ).toEqual(whole);
      expect(readPieces([bytes.subarray(0, cut), bytes.subarray(cut)], bounds)).toEqual(whole);
      if (whole.kind !== "header") return;
      expect(Buffer.concat([headerBytes(whole.header), whole.rest]).equals(bytes)).toBe(true);
      expect(headerBytes(whole.header)).toHaveLength(whole.bytes);
    }),
    { numRuns: 2000 },
  );
});
