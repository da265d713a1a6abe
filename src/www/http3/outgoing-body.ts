// Says the body of an answer into a stream, as fast as the client takes it, and no more and no less than was promised.
import type { QuicStream } from "node:quic";
import { type Answer, type BodySource, isSource, type Piece } from "../../proto/http/answer/answer.ts";
import { tried } from "./tried.ts";

/** "gone": the client does not want it any more. */
export type Said = "whole" | "broken" | "gone";

export interface Progress {
  /** It is our turn, or the client's. */
  making(isMaking: boolean): void;
  /** So much more has been taken over. */
  said(bytes: number): void;
}

/** What a writer of the runtime has besides its type: a promise that there is room, or nothing where there never will be. */
const DRAINABLE = Symbol.for("Stream.drainableProtocol");
type Drainable = QuicStream["writer"] & { [DRAINABLE](): Promise<boolean> | null };

export async function sayBody(stream: QuicStream, body: Answer["body"], progress: Progress): Promise<Said> {
  const writer = stream.writer as Drainable;
  if (!isSource(body)) {
    const said = body === undefined || (await sayPiece(stream, writer, body, progress));
    return said ? end(writer) : "gone";
  }
  try {
    return await saySource(stream, writer, body, progress);
  } finally {
    body.close();
  }
}

async function saySource(stream: QuicStream, writer: Drainable, body: BodySource, progress: Progress): Promise<Said> {
  let missing = body.length ?? Number.POSITIVE_INFINITY;
  for (;;) {
    progress.making(true);
    const piece: Piece = await body.next();
    progress.making(false);
    if (stream.destroyed) return "gone";
    const isShort = piece === "over" && body.length !== undefined && missing > 0;
    if (piece === "broken" || isShort) {
      // The client must not take half for whole.
      writer.fail(new Error("the body broke off"));
      return "broken";
    }
    if (piece === "over") return end(writer);
    if (!(await sayPiece(stream, writer, piece.subarray(0, missing), progress))) return "gone";
    missing -= piece.length;
    if (missing < 0) return end(writer);
  }
}

/** As long as there is any room the runtime takes all that it is given, and keeps it. */
const PART_BYTES = 64 * 1024;
/** So much of a stream it keeps for a client that does not read. */
export const KEPT_BYTES_MAX = 2 * PART_BYTES;

/** The runtime has copied a part when it has taken it. */
async function sayPiece(stream: QuicStream, writer: Drainable, piece: Buffer, progress: Progress): Promise<boolean> {
  let at = 0;
  while (at < piece.length) {
    const part = piece.subarray(at, at + PART_BYTES);
    if (tried(() => writer.writeSync(part)) === true) {
      progress.said(part.length);
      at += part.length;
      continue;
    }
    const room = tried(() => writer[DRAINABLE]());
    if (room === undefined || room === null) return false;
    // It is kept for a stream that ends meanwhile, too.
    if (!(await room.catch(() => false)) || stream.destroyed) return false;
  }
  return true;
}

const end = (writer: Drainable): Said => (tried(() => writer.endSync()) === undefined ? "gone" : "whole");
