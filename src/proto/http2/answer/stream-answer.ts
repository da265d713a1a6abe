// An answer on its way into a stream: its head, then as much of its body at a time as one frame holds. How much the client lets
// come, and whose turn it is, is for the connection to see.

import { nothing } from "../../../base/block-reader.ts";
import { type Answer, type BodySource, isSource, type Piece } from "../../http/answer/answer.ts";
import type { DateStamp } from "../../http/answer/date-stamp.ts";
import type { Outbox } from "../../http/answer/outbox.ts";
import { hasNoContent } from "../../http/answer/write-answer.ts";
import { FRAME_HEAD_BYTES, flags, frameKinds, PAYLOAD_BYTES } from "../frame/frame-kinds.ts";
import { writeBlock, writeFrameHead } from "../frame/frame-writer.ts";
import type { PeerSettings } from "../frame/settings.ts";
import { trailersBlock } from "./answer-block.ts";
import { headBlock } from "./ready-head.ts";

/** "starved": the client has to let more come. "crowded": no piece may be asked for now. "excess": more came than was promised; the client has a whole answer all the same. */
export type Progress = "more" | "waiting" | "starved" | "crowded" | "whole" | "broken" | "excess";

export class StreamAnswer {
  readonly answer: Answer;
  isBegun = false;
  /** What has left of it, with its head and its frames. */
  bytes = 0;
  /** What of that was body. */
  bodyBytes = 0;
  private readonly stream: number;
  private readonly peer: PeerSettings;
  private readonly pieceCame: () => void;
  private readonly source: BodySource | undefined;
  /** What is to be said next of the body, and where in it. */
  private piece: Buffer = nothing;
  private pieceAt = 0;
  /** What is still to come; undefined where only its end will tell. */
  private missing: number | undefined;
  /** Promised, and come. */
  private come: Piece | undefined;
  private isWaiting = false;

  constructor(stream: number, answer: Answer, peer: PeerSettings, pieceCame: () => void) {
    const { body } = answer;
    this.stream = stream;
    this.answer = answer;
    this.peer = peer;
    this.pieceCame = pieceCame;
    this.source = isSource(body) ? body : undefined;
    this.missing = body === undefined ? 0 : body.length;
    if (body !== undefined && !isSource(body)) this.piece = body;
  }

  /** The head; "whole" where nothing follows. */
  begin(out: Outbox, method: string, date: DateStamp): Progress {
    const { answer, stream } = this;
    const isAlone = this.missing === 0 || hasNoContent({ method }, answer);
    const before = out.total;
    writeBlock(out, stream, headBlock(answer, date, this.peer.sayNoTable()), isAlone);
    this.bytes += out.total - before;
    this.isBegun = true;
    return isAlone ? this.finished("whole") : "more";
  }

  /** Memory is kept for it: a piece that was asked for, and has not left. */
  get holdsPiece(): boolean {
    return this.source !== undefined && (this.isWaiting || this.come !== undefined || this.pieceAt < this.piece.length);
  }

  /** At most one frame of the body, of no more than so many bytes of it. */
  go(out: Outbox, bytesMax: number, mayAsk: boolean): Progress {
    if (this.pieceAt === this.piece.length) {
      // What could not be sent is not asked for, as it would have to be kept.
      if (bytesMax === 0 && this.missing !== undefined) return "starved";
      if (!mayAsk && !this.holdsPiece) return "crowded";
      const piece = this.ask();
      if (piece === undefined) return "waiting";
      if (piece === "broken") return this.finished("broken");
      if (piece === "over") return this.finished(this.end(out));
      this.piece = piece;
      this.pieceAt = 0;
    }
    return bytesMax === 0 ? "starved" : this.say(out, bytesMax);
  }

  /** Nothing more is asked of it. */
  close(): void {
    this.source?.close();
  }

  private ask(): Piece | undefined {
    const { come, source } = this;
    if (this.isWaiting || source === undefined) return undefined;
    this.come = undefined;
    const piece = come ?? source.next();
    if (!(piece instanceof Promise)) return piece;
    this.isWaiting = true;
    void piece.then((it) => {
      this.isWaiting = false;
      this.come = it;
      this.pieceCame();
    });
    return undefined;
  }

  private say(out: Outbox, bytesMax: number): Progress {
    const { piece, pieceAt, missing = Number.POSITIVE_INFINITY } = this;
    const bytes = Math.min(piece.length - pieceAt, bytesMax, PAYLOAD_BYTES, missing);
    if (bytes === 0) return "more";
    const isLast = bytes === missing;
    writeFrameHead(out, bytes, frameKinds.data, isLast ? flags.endStream : 0, this.stream);
    out.add(piece, pieceAt, pieceAt + bytes);
    this.pieceAt += bytes;
    this.bodyBytes += bytes;
    this.bytes += FRAME_HEAD_BYTES + bytes;
    if (this.missing !== undefined) this.missing -= bytes;
    if (!isLast) return "more";
    return this.finished(pieceAt + bytes < piece.length ? "excess" : "whole");
  }

  private end(out: Outbox): "whole" | "broken" {
    if (this.missing !== undefined) return "broken";
    const before = out.total;
    const trailers = this.source?.trailers?.() ?? [];
    if (trailers.length > 0) writeBlock(out, this.stream, trailersBlock(trailers, this.peer.sayNoTable()), true);
    else writeFrameHead(out, 0, frameKinds.data, flags.endStream, this.stream);
    this.bytes += out.total - before;
    return "whole";
  }

  private finished(progress: "whole" | "broken" | "excess"): Progress {
    this.piece = nothing;
    this.pieceAt = 0;
    this.close();
    return progress;
  }
}
