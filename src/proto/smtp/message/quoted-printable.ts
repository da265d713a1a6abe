// Quoted-printable: text in letters that every server passes on (RFC 2045 §6.7). Pure, and reading it never fails.

const LINE_LENGTH_MAX = 76;

/** Text with CRLF between its lines, as UTF-8, RFC 2045 §6.7 done. */
export const toQuotedPrintable = (text: string): string => text.split("\r\n").map(encodedLine).join("\r\n");

function encodedLine(line: string): string {
  const lines: string[] = [];
  let current = "";
  const bytes = Buffer.from(line, "utf8");
  bytes.forEach((byte, index) => {
    const isWhite = byte === 0x20 || byte === 0x09;
    const isPlain = (byte > 0x20 && byte < 0x7f && byte !== 0x3d) || (isWhite && index + 1 < bytes.length);
    const piece = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    // One place is for the sign that says the line goes on.
    if (current.length + piece.length >= LINE_LENGTH_MAX) {
      lines.push(`${current}=`);
      current = "";
    }
    current += piece;
  });
  return [...lines, current].join("\r\n");
}

/** One character per byte in, and bytes out. White space that was added at the end of a line is taken off. */
export const fromQuotedPrintable = (text: string): Buffer =>
  Buffer.from(
    text
      .replace(/[ \t]+(?=\r?\n|$)/g, "")
      .replace(/=\r?\n/g, "")
      .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
