// An answer whose body is made while it is sent: asks for one piece after the other and says it. Whether the client keeps up
// is for the connection to see, which pulls.
import { type Answer, type BodySource, isSource, type Piece } from "../answer/answer.ts";
import type { BodyWriter } from "../answer/body-writer.ts";
import type { Outbox } from "../answer/outbox.ts";

/** "excess": more came than was promised; the client has a whole answer all the same. */
export type Progress = "more" | "waiting" | "whole" | "broken" | "excess";

export class Outgoing {
  readonly answer: Answer;
  /** What the head had, and since then. */
  bytes: number;
  private readonly source: BodySource;
  private readonly writer: BodyWriter;
  private readonly pieceCame: () => void;
  /** Promised, and come. */
  private piece: Piece | undefined;
  private waiting = false;

  constructor(answer: Answer, writer: BodyWriter, headBytes: number, pieceCame: () => void) {
    if (!isSource(answer.body)) throw new Error("a body that is there already");
    this.answer = answer;
    this.source = answer.body;
    this.writer = writer;
    this.bytes = headBytes;
    this.pieceCame = pieceCame;
  }

  pull(out: Outbox): Progress {
    if (this.waiting) return "waiting";
    const piece = this.piece ?? this.source.next();
    this.piece = undefined;
    if (piece instanceof Promise) {
      this.wait(piece);
      return "waiting";
    }
    const before = out.total;
    const progress = this.say(piece, out);
    this.bytes += out.total - before;
    if (progress !== "more") this.source.close();
    return progress;
  }

  /** Nobody hears the rest. */
  close(): void {
    this.source.close();
  }

  private say(piece: Piece, out: Outbox): Progress {
    if (piece === "broken") return "broken";
    if (piece === "over") return this.writer.end(this.source.trailers?.() ?? [], out) ? "whole" : "broken";
    return this.writer.piece(piece, out) ? "more" : "excess";
  }

  private wait(promised: Promise<Piece>): void {
    this.waiting = true;
    void promised.then((piece) => {
      this.waiting = false;
      this.piece = piece;
      this.pieceCame();
    });
  }
}
