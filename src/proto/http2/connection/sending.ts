// What is said in the streams of a connection: one frame of each in turn, as far as the client lets it come. RFC 9113 §5.2, §6.9 done.
// Which answers there are is not decided here.
import { AddedAnswer } from "../../http/answer/added-fields.ts";
import type { Answer } from "../../http/answer/answer.ts";
import { ReadyAnswer } from "../../http/answer/ready-answer.ts";
import type { Shared } from "../../http/connection/door.ts";
import { informationBlock } from "../answer/answer-block.ts";
import { headBlock } from "../answer/ready-head.ts";
import { type Progress, StreamAnswer } from "../answer/stream-answer.ts";
import {
  type ErrorCode,
  errorCodes,
  flags,
  frameKinds,
  PAYLOAD_BYTES,
  WINDOW_BYTES,
  WINDOW_BYTES_MAX,
} from "../frame/frame-kinds.ts";
import { writeBlock, writeFrameHead } from "../frame/frame-writer.ts";
import { PeerSettings } from "../frame/settings.ts";
import type { StreamRequest } from "../request/stream-request.ts";
import { type Breach, breaches, streamErrors } from "./breaches.ts";
import type { Patience } from "./patience.ts";
import type { Stream } from "./stream.ts";
import type { StreamLimits } from "./stream-limits.ts";

export type Outcome = Extract<Progress, "whole" | "broken" | "excess">;

export interface SendingOwner {
  /** The client reads what is said, as far as one can see. */
  readonly isHeard: boolean;
  /** There is something to say. */
  pieceCame(): void;
  /** All of an answer has left, or as much as ever will. */
  said(stream: Stream, answer: StreamAnswer, outcome: Outcome): void;
}

export class Sending {
  private readonly shared: Shared;
  private readonly limits: StreamLimits;
  private readonly patience: Patience;
  private readonly owner: SendingOwner;
  private readonly peer = new PeerSettings();
  /** Whose turn comes, in this order. */
  private readonly ready: Stream[] = [];
  /** Who waits until fewer pieces are kept, and how many these are. */
  private readonly crowded = new Set<Stream>();
  private pieces = 0;
  /** What the client lets come of all answers together. */
  private window = WINDOW_BYTES;

  constructor(shared: Shared, limits: StreamLimits, patience: Patience, owner: SendingOwner) {
    this.shared = shared;
    this.limits = limits;
    this.patience = patience;
    this.owner = owner;
  }

  /** What a stream begins with. */
  get streamWindow(): number {
    return this.peer.initialWindowBytes;
  }

  respond(stream: Stream, answer: Answer): void {
    stream.outgoing = new StreamAnswer(stream.id, answer, this.peer, () => {
      if (stream.isOver) return;
      this.line(stream);
      this.owner.pieceCame();
    });
    this.line(stream);
  }

  /** It is over, whatever was kept for it. */
  leave(stream: Stream): void {
    if (stream.outgoing?.holdsPiece === true) this.pieces--;
    this.crowded.delete(stream);
  }

  /** Says what can be said now. */
  go(): void {
    while (this.owner.isHeard) {
      if (this.crowded.size > 0 && this.mayAsk) this.admit();
      const stream = this.ready.shift();
      if (stream === undefined) return;
      if (!stream.isOver) this.turn(stream);
    }
  }

  /** An answer that lies ready, where it can leave at once. How many bytes that were; 0 where it cannot. */
  sayWhole(id: number, { method }: StreamRequest, answer: Answer): number {
    const isReady = answer instanceof ReadyAnswer || answer instanceof AddedAnswer;
    if (!isReady || this.peer.wantsNoTable || !this.owner.isHeard) return 0;
    const { outbox, date } = this.shared;
    const body = method === "HEAD" ? undefined : answer.body;
    const bytes = body?.length ?? 0;
    if (bytes > Math.min(PAYLOAD_BYTES, this.window, this.streamWindow)) return 0;
    const before = outbox.total;
    writeBlock(outbox, id, headBlock(answer, date, false), bytes === 0);
    if (body !== undefined && bytes > 0) {
      writeFrameHead(outbox, bytes, frameKinds.data, flags.endStream, id);
      outbox.add(body);
      this.window -= bytes;
    }
    return outbox.total - before;
  }

  /** The head of an answer that is not the answer yet. */
  inform(stream: Stream, status: number): void {
    writeBlock(this.shared.outbox, stream.id, informationBlock(status, this.peer.sayNoTable()), false);
  }

  settings(bytes: Buffer, streams: Iterable<Stream>): Breach | undefined {
    const before = this.streamWindow;
    const code = this.peer.read(bytes, 0, bytes.length);
    if (code === errorCodes.frameSize) return breaches.frameBytes;
    if (code !== undefined) return code === errorCodes.flowControl ? breaches.settingsWindow : breaches.settings;
    const more = this.streamWindow - before;
    if (more === 0) return undefined;
    for (const stream of streams) if (this.grow(stream, more) !== undefined) return breaches.settingsWindow;
    return undefined;
  }

  grow(stream: Stream, bytes: number): ErrorCode | undefined {
    stream.sendWindow += bytes;
    if (stream.sendWindow > WINDOW_BYTES_MAX) return streamErrors.window;
    this.feed(stream);
    return undefined;
  }

  growAll(bytes: number, streams: Iterable<Stream>): Breach | undefined {
    const wasEmpty = this.window === 0;
    if (bytes === 0) return breaches.windowZero;
    this.window += bytes;
    if (this.window > WINDOW_BYTES_MAX) return breaches.window;
    if (wasEmpty) for (const stream of streams) this.feed(stream);
    return undefined;
  }

  /** Who has waited longest. */
  private admit(): void {
    const [stream] = this.crowded;
    if (stream === undefined) return;
    this.crowded.delete(stream);
    this.line(stream);
  }

  /** It has something to say. */
  private line(stream: Stream): void {
    stream.standing = "ready";
    this.ready.push(stream);
  }

  private get mayAsk(): boolean {
    return this.pieces < this.limits.piecesMax;
  }

  private feed(stream: Stream): void {
    if (stream.standing === "starved" && this.windowOf(stream) > 0) this.line(stream);
  }

  private windowOf(stream: Stream): number {
    return Math.max(0, Math.min(stream.sendWindow, this.window));
  }

  private turn(stream: Stream): void {
    const { outgoing } = stream;
    const { outbox, date } = this.shared;
    if (outgoing === undefined) throw new Error("there is nothing to say");
    const before = outgoing.bodyBytes;
    const held = outgoing.holdsPiece;
    const progress = outgoing.isBegun
      ? outgoing.go(outbox, this.windowOf(stream), this.mayAsk)
      : outgoing.begin(outbox, stream.request.method, date);
    const bytes = outgoing.bodyBytes - before;
    stream.sendWindow -= bytes;
    this.window -= bytes;
    this.patience.moved(bytes);
    this.pieces += Number(outgoing.holdsPiece) - Number(held);
    if (progress === "more") this.ready.push(stream);
    else if (progress === "waiting" || progress === "starved" || progress === "crowded") stream.standing = progress;
    else this.owner.said(stream, outgoing, progress);
    if (progress === "crowded") this.crowded.add(stream);
  }
}
