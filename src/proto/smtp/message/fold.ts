// Breaks the line of a header field into several where spaces allow it (RFC 5322 §2.2.3 done). Unfolded again, it gives the
// same text; only a word that no line can hold is cut.
import { isAsciiText } from "../domain.ts";

/** RFC 5322 §2.1.1: what a line should have at most, and what it must, both without CRLF. */
const WISHED_BYTES = 78;
const LINE_BYTES_MAX = 998;
/** Of what is one character to the runtime. */
const UTF8_BYTES_MAX = 3;

/** `line` has no line end in it; the answer has none at its end. */
export function folded(line: string): string {
  const bytesOf = isAsciiText(line) ? lengthOf : byteLengthOf;
  if (bytesOf(line) <= WISHED_BYTES) return line;
  const lines: string[] = [];
  let start = 0;
  let end = 0;
  // Each word with the spaces before it: those begin the next line, as folding wants.
  for (let next = wordEnd(line, 0); next > end; next = wordEnd(line, next)) {
    const fits = bytesOf(line.slice(start, next)) <= WISHED_BYTES;
    // A line that is nothing but the name and its colon is read as an empty field by old programs.
    if (!fits && end > start && !(lines.length === 0 && /^[!-~]+:$/.test(line.slice(0, end)))) {
      lines.push(line.slice(start, end));
      start = end;
    }
    end = next;
  }
  return [...lines, line.slice(start, end === 0 ? line.length : end)].flatMap(withinBounds).join("\r\n");
}

/** Behind the next word from there on; the same place where there is none. */
function wordEnd(line: string, from: number): number {
  let at = from;
  while (line[at] === " ") at++;
  if (at === line.length) return from;
  const end = line.indexOf(" ", at);
  return end < 0 ? line.length : end;
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
