import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { firstValue, headerBytes, withMissing, without, withoutFirst, withTop, withValues } from "./header-editor.ts";
import { newField, textOf } from "./header-field.ts";
import { type Header, readHeader } from "./header-reader.ts";
import { hostileText } from "./testing/hostile-text.ts";

function headerOf(text: string): Header {
  const outcome = readHeader(Buffer.from(text, "latin1"));
  if (outcome.kind !== "header") throw new Error(outcome.kind);
  return outcome.header;
}
const written = (header: Header): string => headerBytes(header).toString("latin1");

const odd = "from : A <a@b>\r\nTo:  c@d,\r\n\t e@f\r\nX-Odd:\x01\xfc\r\n\r\n";

describe("what is changed", () => {
  test("fields on top stand before all others, in the order given", () => {
    expect(written(withTop(headerOf(odd), newField("Return-Path", "<a@b>"), newField("Received", "by x")))).toBe(
      `Return-Path: <a@b>\r\nReceived: by x\r\n${odd}`,
    );
  });

  test("a missing field is added at the end; one that says nothing is missing", () => {
    const today = () => "today";
    expect(written(withMissing(headerOf("A: b\r\n\r\n"), "Date", today))).toBe("A: b\r\nDate: today\r\n\r\n");
    expect(written(withMissing(headerOf("date:\r\nA: b\r\n\r\n"), "Date", today))).toBe("A: b\r\nDate: today\r\n\r\n");
    expect(written(withMissing(headerOf("DATE: old\r\n\r\n"), "Date", today))).toBe("DATE: old\r\n\r\n");
  });

  test("fields are taken out by name in any case, with their folded lines", () => {
    expect(written(without(headerOf("bcc: a@b,\r\n c@d\r\nTo: x@y\r\nBCC : e@f\r\n\r\n"), "Bcc"))).toBe(
      "To: x@y\r\n\r\n",
    );
    expect(written(withoutFirst(headerOf("A: 1\r\nB: 2\r\n\r\n"), 1))).toBe("B: 2\r\n\r\n");
  });

  test("a value is replaced where it stands, and only where asked", () => {
    const changed = withValues(headerOf(odd), "From", (text) => text.replace("a@b", "x@y"));
    expect(written(changed)).toBe(odd.replace("from : A <a@b>", "from: A <x@y>"));
    expect(written(withValues(headerOf(odd), "From", () => undefined))).toBe(odd);
  });
});

describe("what is written anew reads the same everywhere", () => {
  test("the blank line stands even where it was missing", () => {
    expect(written(withTop(headerOf("A: b\r\nHello\r\n"), newField("X", "y")))).toBe("X: y\r\nA: b\r\n\r\n");
    expect(written(withMissing(headerOf("A: b"), "X", () => "y"))).toBe("A: b\r\nX: y\r\n\r\n");
    expect(written(headerOf("A: b"))).toBe("A: b");
  });

  test("the line of an old mailbox file becomes a field", () => {
    expect(written(withTop(headerOf("From bob Fri\r\nA: b\r\n\r\n"), newField("X", "y")))).toBe(
      "X: y\r\nX-Mailbox-Line: From bob Fri\r\nA: b\r\n\r\n",
    );
  });
});

describe("fields of ours", () => {
  test("no value begins a field or a line of its own", () => {
    expect(newField("Subject", "a\r\nBcc: x@y\n\r\n\r\nbody\0").raw).toBe("Subject: a Bcc: x@y body\r\n");
    expect(() => newField("Subject\r\nBcc", "x")).toThrow();
  });

  test("a long value is folded, and never alone below its name", () => {
    const { raw } = newField("References", Array.from({ length: 9 }, (_, n) => `<${n}${"x".repeat(30)}@y>`).join(" "));
    expect(raw.split("\r\n").every((line) => line.length <= 78)).toBe(true);
    expect(newField("Message-ID", `<${"x".repeat(90)}@y>`).raw).toBe(`Message-ID: <${"x".repeat(90)}@y>\r\n`);
  });

  test("a word that no line can hold is cut between letters, and its lines are as long as they may be", () => {
    const { raw } = newField("X-Test", "ü".repeat(2000));
    const lines = Buffer.from(raw, "latin1").toString().split("\r\n");
    expect(lines.map((line) => Buffer.byteLength(line))).toEqual([998, 997, 997, 997, 23, 0]);
  });

  test("whatever the value, it is one field with lines that all may have, and reads as it was", () => {
    const value = fc.oneof(hostileText(100), fc.stringMatching(/^[a ü]{0,2500}$/));
    fc.assert(
      fc.property(value, (text) => {
        const field = newField("X-Test", text);
        const header = headerOf(`${field.raw}\r\n`);
        expect(header.fields).toEqual([field]);
        expect(header.blank).toBe("\r\n");
        expect(field.raw.split("\r\n").every((line) => line.length <= 998 && !/[\r\n]/.test(line))).toBe(true);
        const plain = text
          .toWellFormed()
          .replace(/[\0-\x1f\x7f]+/g, " ")
          .trim();
        // Only a word that no line can hold gets a space within it.
        if (!/[^ ]{300}/.test(plain)) expect(firstValue(header, "x-test")).toBe(plain);
        else expect(textOf(field).replaceAll(" ", "")).toBe(plain.replaceAll(" ", ""));
      }),
    );
  });
});
