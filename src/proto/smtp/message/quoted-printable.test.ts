import { expect, test } from "bun:test";
import fc from "fast-check";
import { readContentType } from "./content-type.ts";
import { fromQuotedPrintable, toQuotedPrintable } from "./quoted-printable.ts";
import { hostileText } from "./testing/hostile-text.ts";

test("text reads as it was written, in lines of at most 76 characters of ASCII", () => {
  const line = hostileText(60).map((it) => it.replace(/[\r\n]/g, "").toWellFormed());
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const encoded = toQuotedPrintable(lines.join("\r\n"));
      expect(fromQuotedPrintable(encoded).toString()).toBe(lines.join("\r\n"));
      expect(encoded.split("\r\n").every((it) => it.length <= 76 && /^[\t -~]*$/.test(it) && !/[ \t]$/.test(it))).toBe(
        true,
      );
    }),
  );
});

test("white space at the end of a line is kept when written, and not believed when read", () => {
  expect(toQuotedPrintable("a \r\nb=")).toBe("a=20\r\nb=3D");
  expect(toQuotedPrintable("x".repeat(75))).toBe("x".repeat(75));
  expect(toQuotedPrintable("x".repeat(77))).toBe(`${"x".repeat(75)}=\r\nxx`);
  expect(fromQuotedPrintable("a  \r\nb=20=\r\nc=zz").toString()).toBe("a\r\nb c=zz");
});

test("a content type has its parameters, quoted or not, the first of each name", () => {
  const read = (text: string | undefined) => {
    const { type, parameters } = readContentType(text);
    return [type, ...parameters];
  };
  expect(read('Multipart/Report; boundary="a;\\"b"; Report-Type = x (y); boundary=c')).toEqual([
    "multipart/report",
    ["boundary", 'a;"b'],
    ["report-type", "x"],
  ]);
  expect(read(undefined)).toEqual(["text/plain"]);
  expect(read("nonsense; a=b")).toEqual(["text/plain", ["a", "b"]]);
});
