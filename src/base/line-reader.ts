// Cuts a stream of bytes into lines, however the bytes arrive, and says what is wrong with a line instead of mending
// it. Pure: no socket, no clock; whether a flaw is answered, forgiven or ends the session is for the protocol to say.

/** What stood between two line ends. Text has one character per byte (Latin-1), so that no byte is lost. */
export type Line =
  /** Ended by CRLF and clean: no CR, LF or NUL in it. The only kind a strict protocol takes. */
  | { readonly kind: "line"; readonly text: string }
  /** Ended by LF alone. */
  | { readonly kind: "bare-lf"; readonly text: string }
  /** With a CR in it that no LF follows: some peers see a line end there, so two programs would read two things. */
  | { readonly kind: "bare-cr"; readonly text: string }
  | { readonly kind: "nul"; readonly text: string }
  /** No line end within the bound. Told once, as soon as it is certain; the rest is thrown away as it comes. */
  | { readonly kind: "overlong" };

const LF = 10;
const nothing = Buffer.alloc(0);

export class LineReader {
  /** The longest line taken, its ending included, as the RFCs count (RFC 5321 §4.5.3.1.4, RFC 3977 §3.1). */
  readonly lineBytesMax: number;
  private bytes: Buffer = nothing;
  private at = 0;
  private skipping = false;

  constructor(lineBytesMax: number) {
    if (!Number.isSafeInteger(lineBytesMax) || lineBytesMax < 2) throw new Error(`lines of ${lineBytesMax} bytes`);
    this.lineBytesMax = lineBytesMax;
  }

  /** What was pushed and is not read yet. */
  get heldBytes(): number {
    return this.bytes.length - this.at;
  }

  /**
   * Adds what arrived. Call `next` until it has no more before pushing again: then at most one line is kept, and else as much as
   * the caller lets come.
   */
  push(chunk: Uint8Array): void {
    const view = chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.bytes = this.at === this.bytes.length ? view : Buffer.concat([this.bytes.subarray(this.at), view]);
    this.at = 0;
  }

  /** The next line, or nothing until more bytes arrive. */
  next(): Line | undefined {
    if (this.skipping && !this.skip()) return undefined;
    const end = this.bytes.indexOf(LF, this.at);
    const length = (end < 0 ? this.bytes.length : end + 1) - this.at;
    if (length > this.lineBytesMax || (end < 0 && length === this.lineBytesMax)) {
      this.skipping = true;
      this.skip();
      return { kind: "overlong" };
    }
    if (end < 0) {
      // A copy: a line that is half here must not hold the whole block in which it arrived.
      this.bytes = length === 0 ? nothing : Buffer.from(this.bytes.subarray(this.at));
      this.at = 0;
      return undefined;
    }
    const line = lineOf(this.bytes.toString("latin1", this.at, end));
    this.at = end + 1;
    return line;
  }

  /** What has been pushed and not been read as a line: for STARTTLS to throw away, or for a block that follows. */
  takeRest(): Buffer {
    const rest = this.bytes.subarray(this.at);
    this.bytes = nothing;
    this.at = 0;
    this.skipping = false;
    return rest;
  }

  /** Throws the rest of an overlong line away; false while its end has not come. */
  private skip(): boolean {
    const end = this.bytes.indexOf(LF, this.at);
    this.skipping = end < 0;
    this.at = end < 0 ? this.bytes.length : end + 1;
    return end >= 0;
  }
}

/** `text` is everything before the LF. */
function lineOf(text: string): Line {
  const crlf = text.endsWith("\r");
  const content = crlf ? text.slice(0, -1) : text;
  if (content.includes("\0")) return { kind: "nul", text: content };
  if (content.includes("\r")) return { kind: "bare-cr", text: content };
  return { kind: crlf ? "line" : "bare-lf", text: content };
}
