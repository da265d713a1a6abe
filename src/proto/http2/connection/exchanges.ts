// What goes on in the streams of a connection: requests are asked, their bodies given on, and answers said, one frame of each in
// turn. Frames come in by what they say; it knows no time but what it is told.
import type { Answer } from "../../http/answer/answer.ts";
import { discard } from "../../http/answer/answer.ts";
import { ReadyAnswer } from "../../http/answer/ready-answer.ts";
import type { HttpService, Shared } from "../../http/connection/door.ts";
import type { Patience as ClientPatience } from "../../http/connection/engine.ts";
import { type Refusal, refusals } from "../../http/refusal.ts";
import type { Field } from "../../http/request.ts";
import { informationBlock } from "../answer/answer-block.ts";
import { ReadyHead } from "../answer/ready-head.ts";
import { type Progress, StreamAnswer } from "../answer/stream-answer.ts";
import {
  type ErrorCode,
  errorCodes,
  FRAME_HEAD_BYTES,
  flags,
  frameKinds,
  PAYLOAD_BYTES,
  WINDOW_BYTES,
  WINDOW_BYTES_MAX,
} from "../frame/frame-kinds.ts";
import { writeBlock, writeFrameHead, writeMark, writeReset, writeWindowUpdate } from "../frame/frame-writer.ts";
import { PeerSettings } from "../frame/settings.ts";
import type { StreamRequest } from "../request/stream-request.ts";
import { type Breach, breaches, streamErrors } from "./breaches.ts";
import { Patience } from "./patience.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { Stream, type StreamOwner } from "./stream.ts";
import type { StreamLimits } from "./stream-limits.ts";

export interface ExchangesOwner {
  /** The client reads what is said, as far as one can see. */
  readonly isHeard: boolean;
  /** There is something to do. */
  work(): void;
  /** No request is taken behind those that are under way. */
  finish(): void;
}

/** Of streams that ended here first, as the client did not know: what it still sent is let pass. */
const LEFT_MAX = 1000;

export class Exchanges implements StreamOwner {
  readonly patience: Patience;
  /** The newest stream of the client. */
  last = 0;
  /** What the client begins from now on is not looked at. */
  isClosed = false;
  private readonly service: HttpService;
  private readonly shared: Shared;
  private readonly limits: StreamLimits;
  private readonly owner: ExchangesOwner;
  private readonly peer = new PeerSettings();
  private readonly streams = new Map<number, Stream>();
  private readonly left = new Set<number>();
  /** Whose turn comes, in this order. */
  private readonly ready: Stream[] = [];
  /** Whose bodies are to be looked at. */
  private readonly wanting = new Set<Stream>();
  /** What the client lets come of all answers together. */
  private sendWindow = WINDOW_BYTES;
  private readonly receiveWindow = new ReceiveWindow(WINDOW_BYTES);
  private takenBytes = 0;
  /** Nothing was said with compressed fields. */
  private isFirst = true;

  constructor(service: HttpService, shared: Shared, limits: StreamLimits, owner: ExchangesOwner) {
    this.service = service;
    this.shared = shared;
    this.limits = limits;
    this.owner = owner;
    this.patience = new Patience(limits);
  }

  get size(): number {
    return this.streams.size;
  }

  // What the client says.

  open(): void {
    writeWindowUpdate(this.shared.outbox, 0, this.receiveWindow.grow(this.limits.connectionWindowBytes));
  }

  request(id: number, request: StreamRequest, hasBody: boolean): Breach | undefined {
    this.last = id;
    if (this.isClosed) {
      if (hasBody) this.leave(id);
      return undefined;
    }
    if (this.streams.size >= this.limits.streamsMax) return this.resetOf(id, hasBody, streamErrors.tooMany);
    request.complete(hasBody);
    if (hasBody || request.refusal !== undefined) this.ask(this.add(id, request, hasBody));
    else {
      const answer = this.service.answer(request);
      // Most are: nothing of them has to be kept.
      if (answer instanceof Promise || !this.sayWhole(id, request, answer))
        this.settle(this.add(id, request, hasBody), answer);
    }
    return undefined;
  }

  /** A head in a stream that was begun before. */
  trailers(id: number, trailers: readonly Field[] | Refusal, endsStream: boolean): Breach | undefined {
    const stream = this.streams.get(id);
    if (stream === undefined) {
      if (!this.left.has(id)) return breaches.closedStream;
      if (endsStream) this.left.delete(id);
      return undefined;
    }
    if (stream.inputOver) return this.breach(stream, streamErrors.halfClosed);
    if (!endsStream) return this.breach(stream, streamErrors.secondHead);
    stream.inputOver = true;
    if ("status" in trailers) stream.bodyRefused(trailers);
    else stream.body?.ended(trailers);
    return undefined;
  }

  data(id: number, piece: Buffer, frameBytes: number, endsStream: boolean): Breach | undefined {
    if (!this.receiveWindow.came(frameBytes)) return breaches.windowOverrun;
    const stream = this.streams.get(id);
    if (stream === undefined || stream.inputOver) {
      this.takenBytes += frameBytes;
      if (stream !== undefined) return this.breach(stream, streamErrors.halfClosed);
      return this.strayData(id, endsStream);
    }
    if (!stream.receiveWindow.came(frameBytes)) {
      this.takenBytes += frameBytes;
      return this.breach(stream, streamErrors.overrun);
    }
    const padding = frameBytes - piece.length;
    if (padding > 0) stream.bodyTaken(padding);
    stream.inputOver = endsStream;
    stream.body?.heard(piece, FRAME_HEAD_BYTES + padding);
    if (endsStream) stream.body?.ended([]);
    this.patience.moved(piece.length);
    return piece.length === 0 && !endsStream ? this.patience.idleFrame() : undefined;
  }

  reset(id: number): Breach | undefined {
    const stream = this.streams.get(id);
    if (stream !== undefined) {
      this.lose(stream);
      return this.patience.reset();
    }
    if (id > this.last) return breaches.idleStream;
    this.left.delete(id);
    return this.patience.idleFrame();
  }

  window(id: number, bytes: number): Breach | undefined {
    if (id === 0) return this.connectionWindow(bytes);
    const stream = this.streams.get(id);
    if (stream === undefined) return id > this.last ? breaches.idleStream : this.patience.idleFrame();
    if (bytes === 0) return this.breach(stream, streamErrors.windowZero);
    stream.sendWindow += bytes;
    if (stream.sendWindow > WINDOW_BYTES_MAX) return this.breach(stream, streamErrors.window);
    this.feedStarved(stream);
    return this.patience.idleFrame();
  }

  settings(bytes: Buffer): Breach | undefined {
    const before = this.peer.initialWindowBytes;
    const code = this.peer.read(bytes, 0, bytes.length);
    if (code === errorCodes.frameSize) return breaches.frameBytes;
    if (code !== undefined) return code === errorCodes.flowControl ? breaches.settingsWindow : breaches.settings;
    const more = this.peer.initialWindowBytes - before;
    for (const stream of more === 0 ? [] : this.streams.values()) {
      stream.sendWindow += more;
      if (stream.sendWindow > WINDOW_BYTES_MAX) return breaches.settingsWindow;
      this.feedStarved(stream);
    }
    return undefined;
  }

  /** The client has read all that was said before the mark of a stream. */
  markCameBack(id: number): void {
    if (this.left.has(id)) writeReset(this.shared.outbox, id, errorCodes.none);
  }

  // What bodies and clocks say.

  bodyWanted(stream: Stream): void {
    this.wanting.add(stream);
    this.owner.work();
  }

  bodyTaken(stream: Stream, bytes: number): void {
    this.takenBytes += bytes;
    this.wanting.add(stream);
  }

  /** Bodies that did not come, and answers that are not let go, in the time that a client has for it. */
  late(nowMs: number, patience: ClientPatience): void {
    for (const stream of [...this.streams.values()]) {
      if (!stream.isLate(nowMs, patience)) continue;
      if (stream.awaits === "body") stream.bodyRefused(refusals.bodyLate);
      else this.breach(stream, streamErrors.unread);
    }
  }

  /** The client says nothing more: bodies that have not come never will. */
  inputOver(): void {
    for (const stream of this.streams.values()) if (!stream.inputOver) stream.bodyRefused(refusals.bodyCutShort);
  }

  /** Does what can be done now. */
  work(): Breach | undefined {
    do {
      for (const stream of this.wanting) {
        this.wanting.delete(stream);
        const breach = this.feed(stream);
        if (breach !== undefined) return breach;
      }
      while (this.ready.length > 0 && this.owner.isHeard) {
        const stream = this.ready.shift();
        if (stream?.isOver === false) this.turn(stream);
      }
    } while (this.wanting.size > 0);
    const told = this.receiveWindow.taken(this.takenBytes);
    this.takenBytes = 0;
    if (told > 0) writeWindowUpdate(this.shared.outbox, 0, told);
    return undefined;
  }

  /** The connection is no more. */
  close(): void {
    this.isClosed = true;
    for (const stream of [...this.streams.values()]) this.lose(stream);
  }

  private add(id: number, request: StreamRequest, hasBody: boolean): Stream {
    const { initialWindowBytes } = this.peer;
    const stream = new Stream(id, request, hasBody, initialWindowBytes, this.limits.bodyWindowBytes, this);
    this.streams.set(id, stream);
    return stream;
  }

  private ask(stream: Stream): void {
    const { request } = stream;
    if (request.refusal !== undefined) this.refuse(stream, request.refusal);
    else this.settle(stream, this.service.answer(request));
  }

  private settle(stream: Stream, answer: Answer | Promise<Answer>): void {
    if (!(answer instanceof Promise)) return this.respond(stream, answer);
    void answer.then((it) => {
      if (stream.isOver || stream.standing !== "asked") return discard(it);
      this.respond(stream, it);
      this.owner.work();
    });
  }

  private refuse(stream: Stream, refusal: Refusal): void {
    stream.refusal = refusal;
    this.respond(stream, this.service.refuse(refusal, stream.request));
  }

  private respond(stream: Stream, answer: Answer): void {
    assertFinal(answer);
    stream.outgoing = new StreamAnswer(stream.id, answer, () => {
      if (stream.isOver) return;
      this.line(stream);
      this.owner.work();
    });
    this.line(stream);
  }

  private line(stream: Stream): void {
    stream.standing = "ready";
    this.ready.push(stream);
  }

  /** One that lies ready, where it can leave at once. */
  private sayWhole(id: number, request: StreamRequest, answer: Answer): boolean {
    if (!(answer instanceof ReadyAnswer) || this.isFirst || !this.owner.isHeard) return false;
    assertFinal(answer);
    const { outbox, date } = this.shared;
    const body = request.method === "HEAD" ? undefined : answer.body;
    const bytes = body?.length ?? 0;
    const { block } = ReadyHead.of(answer, date);
    if (Math.max(bytes, block.length) > PAYLOAD_BYTES) return false;
    if (bytes > Math.min(this.sendWindow, this.peer.initialWindowBytes)) return false;
    const before = outbox.total;
    writeBlock(outbox, id, block, bytes === 0);
    if (body !== undefined && bytes > 0) {
      writeFrameHead(outbox, bytes, frameKinds.data, flags.endStream, id);
      outbox.add(body);
      this.sendWindow -= bytes;
    }
    this.answered(request, answer, outbox.total - before, true);
    return true;
  }

  private turn(stream: Stream): void {
    const { outgoing } = stream;
    const { outbox, date } = this.shared;
    if (outgoing === undefined) throw new Error("there is nothing to say");
    const before = outgoing.bodyBytes;
    let progress: Progress = "more";
    if (!outgoing.isBegun) {
      progress = outgoing.begin(outbox, stream.request.method, date, this.isFirst);
      this.isFirst = false;
    }
    if (progress === "more") progress = outgoing.go(outbox, Math.max(0, Math.min(stream.sendWindow, this.sendWindow)));
    const bytes = outgoing.bodyBytes - before;
    stream.sendWindow -= bytes;
    this.sendWindow -= bytes;
    this.patience.moved(bytes);
    if (progress === "more") this.ready.push(stream);
    else if (progress === "waiting" || progress === "starved") stream.standing = progress;
    else this.said(stream, outgoing, progress);
  }

  /**
   * All of an answer has left, or as much as ever will. RFC 9113 §8.1 done: what is left of the request is not wanted then, which
   * a client is told when it has read the answer; some forget what they have read else.
   */
  private said(stream: Stream, { answer, bytes }: StreamAnswer, progress: "whole" | "broken" | "excess"): void {
    const { id, request, refusal, inputOver } = stream;
    const isMalformed = refusal?.status === 400;
    this.end(stream);
    const { outbox } = this.shared;
    if (progress === "broken") writeReset(outbox, id, errorCodes.internal);
    else if (isMalformed) writeReset(outbox, id, errorCodes.protocol);
    else if (!inputOver) writeMark(outbox, id);
    if (!inputOver) this.leave(id);
    stream.body?.lose();
    if (refusal === undefined) this.answered(request, answer, bytes, progress === "whole");
    else this.service.answered(request, answer, bytes, progress === "whole");
  }

  private answered(request: StreamRequest, answer: Answer, bytes: number, whole: boolean): void {
    this.patience.answered();
    this.service.answered(request, answer, bytes, whole);
    if (answer.close === true) this.owner.finish();
  }

  private end(stream: Stream): void {
    stream.isOver = true;
    this.streams.delete(stream.id);
  }

  /** It ends, and its answer with it. */
  private lose(stream: Stream): void {
    const { request, outgoing, body } = stream;
    this.end(stream);
    outgoing?.close();
    if (outgoing?.isBegun === true) this.service.answered(request, outgoing.answer, outgoing.bytes, false);
    else {
      if (outgoing === undefined) this.service.abandoned?.(request);
      this.service.unanswered(request);
    }
    body?.lose();
  }

  private leave(id: number): void {
    this.left.add(id);
    const [eldest] = this.left;
    if (this.left.size > LEFT_MAX && eldest !== undefined) this.left.delete(eldest);
  }

  private breach(stream: Stream, code: ErrorCode): Breach | undefined {
    this.lose(stream);
    return this.resetOf(stream.id, !stream.inputOver, code);
  }

  private resetOf(id: number, clientSends: boolean, code: ErrorCode): Breach | undefined {
    writeReset(this.shared.outbox, id, code);
    if (clientSends) this.leave(id);
    return this.patience.reset();
  }

  private strayData(id: number, endsStream: boolean): Breach | undefined {
    if (id > this.last) return breaches.idleStream;
    if (!this.left.has(id)) return this.resetOf(id, false, streamErrors.dataLate);
    if (endsStream) this.left.delete(id);
    return undefined;
  }

  private connectionWindow(bytes: number): Breach | undefined {
    const wasEmpty = this.sendWindow <= 0;
    if (bytes === 0) return breaches.windowZero;
    this.sendWindow += bytes;
    if (this.sendWindow > WINDOW_BYTES_MAX) return breaches.window;
    if (wasEmpty) for (const stream of this.streams.values()) this.feedStarved(stream);
    return this.patience.idleFrame();
  }

  private feedStarved(stream: Stream): void {
    if (stream.standing === "starved" && stream.sendWindow > 0 && this.sendWindow > 0) this.line(stream);
  }

  private feed(stream: Stream): Breach | undefined {
    const { body, flaw } = stream;
    if (stream.isOver || body === undefined) return undefined;
    if (flaw !== undefined) return this.answerFlaw(stream, flaw);
    body.feed();
    this.tellWindow(stream);
    this.tellToGoOn(stream);
    return undefined;
  }

  private answerFlaw(stream: Stream, flaw: Refusal): Breach | undefined {
    stream.flaw = undefined;
    stream.body?.lose();
    if (stream.standing === "asked") {
      this.service.abandoned?.(stream.request);
      this.refuse(stream, flaw);
      return this.patience.reset();
    }
    return undefined;
  }

  /** RFC 9113 §5.2.2 done: only what was taken may be followed by more. */
  private tellWindow(stream: Stream): void {
    const { id, body, receiveWindow, takenBytes, inputOver } = stream;
    stream.takenBytes = 0;
    if (inputOver || body === undefined) return;
    const { takenWindowBytes } = this.limits;
    const isTaken = body.state === "reading" || body.state === "busy";
    const { size } = receiveWindow;
    const grows = isTaken && size < takenWindowBytes && (body.length === undefined || body.length > size);
    const told = receiveWindow.taken(takenBytes) + (grows ? receiveWindow.grow(takenWindowBytes) : 0);
    if (told > 0) writeWindowUpdate(this.shared.outbox, id, told);
  }

  /** RFC 9110 §10.1.1 done: the client is told to go on when somebody wants the body, and not when it has its answer. */
  private tellToGoOn({ id, request, body, standing, inputOver }: Stream): void {
    if (!request.expectsContinue || body?.state !== "reading" || standing !== "asked" || inputOver) return;
    request.expectsContinue = false;
    if (body.readBytes > 0) return;
    writeBlock(this.shared.outbox, id, informationBlock(100, this.isFirst), false);
    this.isFirst = false;
  }
}

/** RFC 9113 §8.6, RFC 9110 §15: what no client could understand is a mistake of whoever answers. */
function assertFinal({ status, handOver }: Answer): void {
  if (handOver !== undefined || !Number.isInteger(status) || status < 200 || status > 999)
    throw new Error(`the answer ${status} in HTTP/2`);
}
