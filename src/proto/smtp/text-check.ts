// Looks whether a text that nothing but its size delimits holds line ends that two programs would read in two ways, as
// the reader of dotted blocks does for the others. Pure; a text that comes with BDAT may go on with DATA, where they count.
import { isAscii } from "node:buffer";
import type { BlockFlaw } from "../../base/block-reader.ts";

const LF = 10;
const CR = 13;

export interface TextFlaw {
  readonly flaw: BlockFlaw;
  readonly line: number;
}

export class TextCheck {
  /** The first one. */
  flaw: TextFlaw | undefined;
  /** It holds bytes beyond ASCII. */
  eightBit = false;
  private line = 1;
  private crWaits = false;

  push(piece: Uint8Array): void {
    this.eightBit ||= !isAscii(piece);
    const { length } = piece;
    for (let at = 0; at < length && this.flaw === undefined; at++) {
      if (!this.crWaits) while (at < length && (piece[at] ?? 0) > CR) at++;
      const byte = piece[at];
      if (byte === undefined) return;
      if (this.crWaits !== (byte === LF)) this.found(this.crWaits ? "bare-cr" : "bare-lf");
      else if (byte === 0) this.found("nul");
      if (byte === LF) this.line++;
      this.crWaits = byte === CR;
    }
  }

  /** The text is over, so that a CR that waited is one by itself. */
  end(): TextFlaw | undefined {
    if (this.crWaits) this.found("bare-cr");
    return this.flaw;
  }

  private found(flaw: BlockFlaw): void {
    this.flaw ??= { flaw, line: this.line };
  }
}
