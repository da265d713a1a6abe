import { expect, test } from "bun:test";
import fc from "fast-check";
import { Folded, Wildcard } from "./wildcard.ts";

const capture = (wildcard: string, text: string) => new Wildcard(wildcard).capture(new Folded(text));

test("what is captured agrees with a regular expression", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "B", "b", "/", "."), maxLength: 10 });
  const wildcard = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(wildcard, text, (written, given) => {
      const source = written.replaceAll(/[/.]/g, "\\$&").replaceAll("?", "[^]").replaceAll("*", "([^]*)");
      expect(capture(written, given)).toEqual(new RegExp(`^${source}$`, "i").exec(given)?.slice(1));
    }),
    { numRuns: 2000 },
  );
});

test("a letter that becomes two in lower case moves nothing", () => {
  expect(capture("/a*.php", "/Aİx.PHP")).toEqual(["İx"]);
  expect(capture("/İ*", "/İx")).toEqual(["x"]);
});

test("a long text that nearly fits takes no long time", () => {
  const long = "a".repeat(16_000);
  for (const wildcard of ["*a*a*a*a*a*a*a*b", "b*a*a", "*a?*a?*b?*", "*ba*ba*"])
    for (let row = 0; row < 500; row++) expect(capture(wildcard, long)).toBeUndefined();
});
