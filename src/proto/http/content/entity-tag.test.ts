import { expect, test } from "bun:test";
import fc from "fast-check";
import { type EntityTag, isSame, printEntityTag, readEntityTag, readEntityTags } from "./entity-tag.ts";

const strong = (opaque: string): EntityTag => ({ weak: false, opaque });
const weak = (opaque: string): EntityTag => ({ weak: true, opaque });

test("two tags are compared strongly or weakly, as the RFC has it in its table", () => {
  const rows = [
    [weak("1"), weak("1"), false, true],
    [weak("1"), weak("2"), false, false],
    [weak("1"), strong("1"), false, true],
    [strong("1"), strong("1"), true, true],
  ] as const;
  for (const [one, other, ifStrong, ifWeak] of rows)
    expect([isSame(one, other, "strong"), isSame(one, other, "weak")]).toEqual([ifStrong, ifWeak]);
});

test("lists are read, with commas within tags and empty places between them", () => {
  expect(readEntityTags('"a", W/"b" ,,"c,d" , ')).toEqual([strong("a"), weak("b"), strong("c,d")]);
  expect(readEntityTags('""')).toEqual([strong("")]);
  expect(readEntityTags("*")).toBe("any");
});

test("of what is no list nothing counts", () => {
  for (const text of ["", "a", '"a', 'w/"a"', '"a" "b"', '"a""b"', '"a b"', '*, "a"', '"a", *', 'W/ "a"', "W/"])
    expect([text, readEntityTags(text)]).toEqual([text, []]);
});

test("a list that is too long for anybody to mean counts no more than none", () => {
  expect(readEntityTags('"a",'.repeat(256)).length).toBe(256);
  expect(readEntityTags('"a",'.repeat(257))).toEqual([]);
});

test("one tag stands alone", () => {
  expect([readEntityTag('W/"a"'), readEntityTag('"a,b"')]).toEqual([weak("a"), strong("a,b")]);
  for (const text of ["*", "", '"a", "b"', '"a",']) expect([text, readEntityTag(text)]).toEqual([text, undefined]);
});

test("what is printed is read, and nothing throws", () => {
  const opaque = fc.stringMatching(/^[!#-~\x80-\xff]{0,8}$/);
  const tags = fc.array(fc.record({ weak: fc.boolean(), opaque }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(tags, (all) => {
      expect(readEntityTags(all.map(printEntityTag).join(", "))).toEqual(all);
      const [first] = all;
      if (first !== undefined) expect(readEntityTag(printEntityTag(first))).toEqual(first);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'W/"*, a') }), (text) => {
      expect(readEntityTags(text)).toBeDefined();
    }),
  );
});
