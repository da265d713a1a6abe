// Reads a block that a dot on a line of its own ends (RFC 5321 §4.5.2, RFC 3977 §3.1.1), and takes the stuffed dots out.
// Pure, and it ends at CRLF . CRLF alone: whoever sees an end elsewhere can be made to see a second message there.
//
// What stands for a line end, and what becomes of it (`.` is a dot at the beginning of a line, however that began):
//
//   bytes                 lineEnds "refuse"    lineEnds "mend"
//   CRLF . CRLF           the end              the end; also at the very beginning, as `.` CRLF
//   CRLF . other          the dot goes         the dot goes
//   LF                    flaw bare-lf         CRLF
//   LF . CRLF             flaw bare-lf         CRLF CRLF: an empty line, not the end
//   LF . LF               flaw bare-lf         CRLF CRLF: likewise
//   CRLF . LF             flaw bare-lf         CRLF CRLF: likewise
//   CR                    flaw bare-cr         a space, as the end of a line before it is not certain
//   CR . CR, CR . CRLF    flaw bare-cr         the dot stays: nothing began a line
//   CRLF . CR CRLF        flaw bare-cr         a line with a space
//   NUL, CRLF . NUL CRLF  flaw nul             a space; likewise
//
// A flaw does not end the block: it is read to its true end, and the verdict names the first one. "mend" is for old
// printers and scripts, which send LF; it cannot be used to hide an end, as what it gives on has no ending but CRLF.
import { type BlockCut, type BlockFlaw, type BlockReader, type BlockVerdict, nothing } from "./block-reader.ts";

export interface DottedBlockOptions {
  /** Content beyond this is thrown away as it comes, and the verdict is "too-large". */
  readonly bytesMax: number;
  /** Bytes as they are sent; beyond these nobody waits for the end. */
  readonly endlessBytes: number;
  readonly lineEnds: "refuse" | "mend";
}

const NUL = 0;
const LF = 10;
const CR = 13;
const DOT = 46;
const cr = Buffer.from("\r");
const crlf = Buffer.from("\r\n");
const space = Buffer.from(" ");

/** Where in a line: at its beginning, at one that LF alone began, behind a dot that began it, or within. */
type Place = "line" | "mended-line" | "dot" | "text";

export class DottedBlockReader implements BlockReader {
  private readonly options: DottedBlockOptions;
  private place: Place = "line";
  /** A CR came last, and what it means depends on the next byte. */
  private crWaits = false;
  private sentBytes = 0;
  private contentBytes = 0;
  private line = 1;
  private flaw: { readonly flaw: BlockFlaw; readonly line: number } | undefined;
  private parts: Buffer[] = [];

  constructor(options: DottedBlockOptions) {
    this.options = options;
  }

  push(chunk: Buffer): BlockCut {
    const bytes = this.crWaits ? Buffer.concat([cr, chunk]) : chunk;
    const { end, over } = this.scan(bytes);
    this.sentBytes += chunk.length - (bytes.length - end) + (this.crWaits ? 1 : 0);
    const piece = this.takePiece();
    if (this.sentBytes > this.options.endlessBytes)
      return { piece, over: { verdict: { kind: "endless" }, rest: nothing } };
    return over ? { piece, over: { verdict: this.verdict(), rest: bytes.subarray(end) } } : { piece };
  }

  /** Gives the content on and finds the end of the block, which is behind its last LF. */
  private scan(bytes: Buffer): { readonly end: number; readonly over: boolean } {
    const { length } = bytes;
    this.crWaits = false;
    let from = 0;
    for (let at = 0; at < length; at++) {
      // Nearly every byte: a text of gigabytes passes here.
      if (this.place === "text") while (at < length && (bytes[at] ?? 0) > CR) at++;
      const byte = bytes[at];
      if (byte === undefined) break;
      if (byte === CR) {
        if (at + 1 === length) {
          this.crWaits = true;
          this.give(bytes, from, at);
          return { end: at, over: false };
        }
        if (bytes[at + 1] === LF) {
          at++;
          this.line++;
          if (this.place === "dot") return { end: at + 1, over: true };
          this.place = "line";
          continue;
        }
      } else if (byte === DOT && (this.place === "line" || this.place === "mended-line")) {
        this.give(bytes, from, at);
        from = at + 1;
        this.place = this.place === "line" ? "dot" : "text";
        continue;
      }
      const flaw = flawOf(byte);
      this.place = flaw === "bare-lf" ? "mended-line" : "text";
      if (flaw === undefined) continue;
      this.give(bytes, from, at);
      this.stray(flaw);
      from = at + 1;
    }
    this.give(bytes, from, length);
    return { end: length, over: false };
  }

  private give(bytes: Buffer, from: number, to: number): void {
    if (from < to) this.keep(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
  }

  /** Stands for a line end or a byte that no text has. */
  private stray(flaw: BlockFlaw): void {
    if (this.options.lineEnds === "refuse") this.flaw ??= { flaw, line: this.line };
    this.keep(flaw === "bare-lf" ? crlf : space);
  }

  private keep(part: Buffer): void {
    this.contentBytes += part.length;
    if (this.flaw === undefined && this.contentBytes <= this.options.bytesMax) this.parts.push(part);
  }

  private takePiece(): Buffer {
    const { parts } = this;
    if (parts.length === 0) return nothing;
    this.parts = [];
    const [only] = parts;
    return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
  }

  private verdict(): BlockVerdict {
    if (this.flaw !== undefined) return { kind: "flawed", ...this.flaw };
    if (this.contentBytes > this.options.bytesMax) return { kind: "too-large" };
    return { kind: "complete", bytes: this.contentBytes };
  }
}

function flawOf(byte: number): BlockFlaw | undefined {
  if (byte === LF) return "bare-lf";
  if (byte === CR) return "bare-cr";
  return byte === NUL ? "nul" : undefined;
}
