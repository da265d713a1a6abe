import { expect, test } from "bun:test";
import fc from "fast-check";
import { lineAt, source } from "./source.ts";

const dollars = (text: string) => text.replaceAll("#{", "${");
const squeezed = (text: string) => text.replaceAll(/\s+/g, " ").trim();

test("comments, strings and code are told apart, whatever each of them holds of the others", () => {
  const it = source("x.ts", `const a = "no // comment"; // no "string"\n/* it's one */ const b = 'don\\'t /* x */';`);
  expect(squeezed(it.code)).toBe(`const a = " "; const b = ' ';`);
  expect(squeezed(it.comments)).toBe(`// no "string" /* it's one */`);
  expect(it.strings.map((literal) => literal.value)).toEqual(["no // comment", "don\\'t /* x */"]);
});

test("a template gives its fixed pieces, and the code between them stays code", () => {
  const it = source("x.ts", dollars('say(`a #{b({ c: `in #{d} ner` })} // e`, "f");'));
  expect(squeezed(it.code)).toBe(dollars('say(` #{b({ c: ` #{d} ` })} `, " ");'));
  expect(it.strings.map((literal) => literal.value)).toEqual(["a ", "in ", " ner", " // e", "f"]);
});

test("a pattern is neither a comment nor a string, and a division is no pattern", () => {
  const it = source(
    "x.ts",
    `x.replace(/["'/]\\/\\*/g, y); const half = a / 2; const z = "s"; // half / 2\nreturn /'/;`,
  );
  expect(squeezed(it.code)).toBe(`x.replace( , y); const half = a / 2; const z = " "; return ;`);
  expect(it.strings.map((literal) => literal.value)).toEqual(["s"]);
});

test("every text is taken apart with its length and its lines kept, and no character in two parts", () => {
  const piece = fc.constantFrom("`", "${", "}", "{", '"', "'", "/", "*", "\\", "\n", "//", "a", " ", "(", "=", "é");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      const it = source("x.ts", text);
      for (const part of [it.code, it.comments]) {
        expect(part).toHaveLength(text.length);
        expect(lineAt(part, part.length)).toBe(lineAt(text, text.length));
      }
      for (let at = 0; at < text.length; at++)
        expect(it.code[at] === text[at] || it.code[at] === " " || it.code[at] === "\n").toBe(true);
      for (const literal of it.strings) expect(text.slice(literal.at).startsWith(literal.value)).toBe(true);
    }),
  );
});
