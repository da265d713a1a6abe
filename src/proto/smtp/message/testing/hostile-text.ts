// Text as a peer or a message may hold it who means no good, for tests from a generator: line ends, quotes, brackets,
// what hides or turns letters, what looks like our own. Whole words are in it, since chance alone never finds them.
import fc from "fast-check";

const pieces = [
  ..." \t\r\n\0\x7f\"\\()<>[],;:@.=?_-/&%+'",
  ..."aZ09üß€日\u{1f600}\u0301\u200d\u202e\u2028\ufeff\u00a0\ud800",
  "\r\n",
  "\r\nBcc: x@y.example",
  "=?utf-8?Q?=0D=0A?=",
  "--=_",
  " by ",
  "word",
] as const;

export const hostileText = (piecesMax = 20) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: piecesMax }).map((them) => them.join(""));
