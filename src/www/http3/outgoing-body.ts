// Says the body of an answer into a stream, as fast as the client takes it, and no more and no less than was promised.
import type { QuicStream } from "node:quic";
import { type Answer, type BodySource, isSource, type Piece } from "../../proto/http/answer/answer.ts";

/** "gone": the client does not want it any more. */
export type Said = "whole" | "broken" | "gone";

export interface Progress {
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
    const piece: Piece = await body.next();
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

/** The runtime has copied it when it has taken it. */
async function sayPiece(stream: QuicStream, writer: Drainable, piece: Buffer, progress: Progress): Promise<boolean> {
  if (piece.length === 0) return true;
  for (;;) {
    if (tried(() => writer.writeSync(piece)) === true) break;
    const room = tried(() => writer[DRAINABLE]());
    if (room === undefined || room === null) return false;
    // It is kept for a stream that ends meanwhile, too.
    if (!(await room.catch(() => false)) || stream.destroyed) return false;
  }
  progress.said(piece.length);
  return true;
}

const end = (writer: Drainable): Said => (tried(() => writer.endSync()) === undefined ? "gone" : "whole");

/** Undefined where the stream is gone meanwhile: the runtime throws then. */
function tried<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
