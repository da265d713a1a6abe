// Gives a message from a file the line ends that mail has: CRLF, and nothing else that another program could take for
// one (RFC 5321 §2.3.8 done). Pure, piece by piece; dots are not its matter, as they are stuffed where mail is sent.
const NUL = 0;
const LF = 10;
const CR = 13;
const SPACE = 32;
const CRLF = Buffer.from("\r\n");
const MARK = Buffer.from("\ufeff");
const nothing = Buffer.alloc(0);

/**
 *     in the file        becomes
 *     CRLF               CRLF
 *     LF                 CRLF: scripts and programs that came from Unix
 *     CR CR LF           CRLF: text that was translated twice on its way into the file
 *     CR otherwise, NUL  a space, as in the block behind DATA
 *     no line end last   CRLF
 *     the mark of UTF-8  nothing, at the beginning: Windows programs put it there, and no field has such a name
 */
export class LineMender {
  /** CRs that came last, at most two, whose meaning the next byte tells. */
  private waiting = 0;
  private lineIsOpen = false;
  /** What may be the mark, until that is known. */
  private beginning: Buffer | undefined = nothing;

  push(chunk: Buffer): Buffer {
    if (this.beginning === undefined) return this.mend(chunk);
    const bytes = this.beginning.length === 0 ? chunk : Buffer.concat([this.beginning, chunk]);
    const isOpen = bytes.length < MARK.length && MARK.subarray(0, bytes.length).equals(bytes);
    this.beginning = isOpen ? bytes : undefined;
    if (isOpen) return nothing;
    return this.mend(bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes);
  }

  private mend(chunk: Buffer): Buffer {
    if (this.waiting === 0 && isMended(chunk)) {
      if (chunk.length > 0) this.lineIsOpen = chunk.at(-1) !== LF;
      return chunk;
    }
    const out = Buffer.allocUnsafe(this.waiting + 2 * chunk.length);
    let { waiting, lineIsOpen } = this;
    let length = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? NUL;
      if (byte === CR && waiting < 2) waiting++;
      else if (byte === CR) out[length++] = SPACE;
      else if (byte === LF) {
        out[length++] = CR;
        out[length++] = LF;
        waiting = 0;
        lineIsOpen = false;
      } else {
        for (; waiting > 0; waiting--) out[length++] = SPACE;
        out[length++] = byte === NUL ? SPACE : byte;
        lineIsOpen = true;
      }
    }
    this.waiting = waiting;
    this.lineIsOpen = lineIsOpen;
    return out.subarray(0, length);
  }

  /** The file is over; gives what its last line lacks. */
  finish(): Buffer {
    const cut = this.mend(this.beginning ?? nothing);
    this.beginning = undefined;
    const ends = !this.lineIsOpen && this.waiting === 0;
    this.waiting = 0;
    this.lineIsOpen = false;
    return ends ? nothing : Buffer.concat([cut, CRLF]);
  }
}

/** Nearly every piece of nearly every file: it is passed on as it is. */
function isMended(chunk: Buffer): boolean {
  const { length } = chunk;
  for (let at = 0; at < length; at++) {
    while (at < length && (chunk[at] ?? 0) > CR) at++;
    const byte = chunk[at];
    if (byte === LF || byte === NUL) return false;
    if (byte === CR && chunk[++at] !== LF) return false;
  }
  return true;
}
