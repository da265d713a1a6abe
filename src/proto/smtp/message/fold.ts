// Breaks the line of a header field into several where spaces allow it (RFC 5322 §2.2.3 done). Unfolded again, it gives the
// same text; only a word that no line can hold is cut.

/** RFC 5322 §2.1.1: what a line should have at most, and what it must, both without CRLF. */
const WISHED_BYTES = 78;
const LINE_BYTES_MAX = 998;
/** Of what is one character to the runtime. */
const UTF8_BYTES_MAX = 3;

/** `line` has no line end in it; the answer has none at its end. */
export function folded(line: string): string {
  const bytesOf = /^[\0-\x7f]*$/.test(line) ? lengthOf : byteLengthOf;
  if (bytesOf(line) <= WISHED_BYTES) return line;
  const lines: string[] = [];
  let current = "";
  // Each word with the spaces before it: those begin the next line, as folding wants.
  for (const word of line.match(/ *[^ ]+/g) ?? [line]) {
    const fits = bytesOf(current) + bytesOf(word) <= WISHED_BYTES;
    // A line that is nothing but the name and its colon is read as an empty field by old programs.
    if (fits || current === "" || (lines.length === 0 && /^[!-~]+:$/.test(current))) current += word;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current].flatMap(withinBounds).join("\r\n");
}

const lengthOf = (text: string): number => text.length;
const byteLengthOf = (text: string): number => Buffer.byteLength(text);

function withinBounds(line: string): readonly string[] {
  if (line.length * UTF8_BYTES_MAX <= LINE_BYTES_MAX || Buffer.byteLength(line) <= LINE_BYTES_MAX) return [line];
  const lines: string[] = [];
  let current = "";
  let bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > LINE_BYTES_MAX) {
      lines.push(current);
      current = " ";
      bytes = 1;
    }
    current += character;
    bytes += size;
  }
  return [...lines, current];
}
