// One spelling for every reference to an RFC, `RFC 3977` or `RFC 3977 §6.1.1`, so that tools/rfc.ts finds them all.
import { isTest, type Source } from "../source.ts";
import { at, eachFile, type Finding } from "./rule.ts";

const wanted = "write RFC 3977 §6.1.1";

/** `rfc` and a number, in whatever way; then the ways in which a section is told otherwise. */
const anyReference = /\bRFC[\s_#:.-]*\d+/gi;
const otherSections = [
  /\bRFC \d+,? (?:section|sect?\.|s\.|chapter|ch\.|paragraph) ?\d/gi,
  /\bRFC \d+(?:,? ?\(§|, ?§|§| {2,}§)/g,
  /\b(?:section|sect?\.) ?\d[\d.]* (?:of|in) RFC\b/gi,
  /§\s+[\dA-Z]/g,
];
/** A name in a protocol or in code, as `message/rfc822`: always in small letters, without a gap. */
const isName = (text: string) => /^rfc\d+$/.test(text);
/** The field of a command row: `rfc: "3977 §6.1.1"`. A status may follow, see tools/rfc.ts. */
const field = /^\d{3,5}( §\w+(\.\w+)*(, §\w+(\.\w+)*)*)?( done| partly(: .+)?| refused: .+)?$/;

export const rfcSpelling = eachFile("rfc-spelling", (file) => [
  ...misspelt(file, file.comments, 0),
  ...strings(file).flatMap((literal) => misspelt(file, literal.value, literal.at)),
  ...strings(file)
    .filter((literal) => /\brfc:\s*["'`]$/.test(file.code.slice(0, literal.at)) && !field.test(literal.value))
    .map((literal) => at(file, literal.at, `rfc: "${literal.value}" is not like "3977 §6.1.1"`)),
]);

/** In a test a string is data. */
const strings = (file: Source) => (isTest(file) ? [] : file.strings);

function misspelt(file: Source, text: string, offset: number): readonly Finding[] {
  const numbers = [...text.matchAll(anyReference)].filter(([it]) => !/^RFC \d+$/.test(it) && !isName(it));
  const sections = otherSections.flatMap((pattern) => [...text.matchAll(pattern)]);
  return [...numbers, ...sections].map((match) => at(file, offset + match.index, `"${match[0].trim()}": ${wanted}`));
}
