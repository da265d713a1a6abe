// Prepares a text for a peer that reads it up to a dot on a line of its own: the other half of the dotted block reader.
// Pure. It adds dots and mends nothing: a text that came in as a block has no line end but CRLF, and others must get it.
import { nothing } from "./block-reader.ts";

const dot = Buffer.from(".");
const crlfDot = Buffer.from("\r\n.");
const DOT = 46;
const LF = 10;
const CR = 13;

export class DotStuffer {
  /** How the text ended so far; an empty one ends as a line does. */
  private ended: "line" | "cr" | "text" = "line";

  /** The piece itself where no line of it begins with a dot. */
  stuff(piece: Buffer): Buffer {
    if (piece.length === 0) return nothing;
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = this.firstDot(piece); at >= 0; at = nextDot(piece, at)) {
      parts.push(piece.subarray(from, at), dot);
      from = at;
    }
    this.ended = this.endOf(piece);
    return from === 0 && parts.length === 0 ? piece : Buffer.concat([...parts, piece.subarray(from)]);
  }

  /** What ends the text for the peer, after a CRLF where the last line has none. */
  end(): string {
    return this.ended === "line" ? ".\r\n" : "\r\n.\r\n";
  }

  private firstDot(piece: Buffer): number {
    if (this.ended === "line" && piece[0] === DOT) return 0;
    if (this.ended === "cr" && piece[0] === LF && piece[1] === DOT) return 1;
    return nextDot(piece, 0);
  }

  private endOf(piece: Buffer): "line" | "cr" | "text" {
    const last = piece.at(-1);
    if (last === CR) return "cr";
    const before = piece.length > 1 ? piece.at(-2) === CR : this.ended === "cr";
    return last === LF && before ? "line" : "text";
  }
}

function nextDot(piece: Buffer, from: number): number {
  const at = piece.indexOf(crlfDot, from);
  return at < 0 ? -1 : at + 2;
}
