// Gives a message from a file the line ends that mail has: CRLF, and nothing else that another program could take for
// one (RFC 5321 §2.3.8 done). Pure, piece by piece; dots are not its matter, as they are stuffed where mail is sent.
//
//   in the file        becomes
//   CRLF               CRLF
//   LF                 CRLF: scripts and programs that came from Unix
//   CR CRLF, CR CR LF  CRLF: text that was translated twice on its way into the file
//   CR otherwise, NUL  a space, as in the block behind DATA
//   no line end last   CRLF
const NUL = 0;
const LF = 10;
const CR = 13;
const CRLF = Buffer.from("\r\n");
const SPACE = Buffer.from(" ");

export class LineMender {
  /** CRs that came last, whose meaning the next byte tells. */
  private waiting = 0;
  private lineIsOpen = false;

  push(chunk: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === CR && this.waiting === 0 && chunk[at + 1] === LF) {
        at++; // the plain pair, which is nearly all there is, stays within the piece that is passed on
        this.lineIsOpen = false;
        continue;
      }
      if (byte !== LF && byte !== CR && byte !== NUL) {
        this.giveSpaces(parts);
        this.lineIsOpen = true;
        continue;
      }
      if (from < at) parts.push(chunk.subarray(from, at));
      from = at + 1;
      if (byte === CR) {
        this.waiting++;
        continue;
      }
      if (byte === NUL) {
        this.giveSpaces(parts);
        parts.push(SPACE);
      } else parts.push(CRLF);
      this.waiting = 0;
      this.lineIsOpen = byte === NUL;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  /** The file is over; gives what its last line lacks. */
  finish(): Buffer {
    const ending = this.lineIsOpen || this.waiting > 0 ? CRLF : Buffer.alloc(0);
    this.waiting = 0;
    this.lineIsOpen = false;
    return ending;
  }

  private giveSpaces(parts: Buffer[]): void {
    for (; this.waiting > 0; this.waiting--) parts.push(SPACE);
  }
}
