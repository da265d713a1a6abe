// How the body of an answer crosses the wire: a writer for each way to tell where it ends. RFC 9112 §6, §7.1 done. None lets a
// body be longer or shorter than was said before it.
import type { Field } from "../request.ts";
import { fieldsText } from "./field-text.ts";
import type { Outbox } from "./outbox.ts";

export interface BodyWriter {
  /** False: there is more than was promised, and what is beyond was not sent. */
  piece(piece: Buffer, out: Outbox): boolean;
  /** False: less came than was promised, so that the client waits for more. */
  end(trailers: readonly Field[], out: Outbox): boolean;
}

/** A source is not asked again before the client has read what came. */
const STAYS = true;

/** Behind a Content-Length. */
export class LengthWriter implements BodyWriter {
  private missing: number;

  constructor(length: number) {
    if (!Number.isSafeInteger(length) || length < 0) throw new Error(`a body of ${length} bytes`);
    this.missing = length;
  }

  piece(piece: Buffer, out: Outbox): boolean {
    const taken = Math.min(piece.length, this.missing);
    out.add(piece, 0, taken, STAYS);
    this.missing -= taken;
    return taken === piece.length;
  }

  end(): boolean {
    return this.missing === 0;
  }
}

export const chunkedWriter: BodyWriter = {
  piece(piece, out) {
    // An empty chunk would be the last one.
    if (piece.length === 0) return true;
    out.text(`${piece.length.toString(16)}\r\n`);
    out.add(piece, 0, piece.length, STAYS);
    out.text("\r\n");
    return true;
  },
  end(trailers, out) {
    out.text(`0\r\n${fieldsText(trailers)}\r\n`);
    return true;
  },
};

/** For HTTP/1.0: the end of the connection is the end of the body. */
export const untilCloseWriter: BodyWriter = {
  piece(piece, out) {
    out.add(piece, 0, piece.length, STAYS);
    return true;
  },
  end: () => true,
};
