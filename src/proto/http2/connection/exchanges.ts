// The requests of a connection that are under way, each in a stream of its own: they are asked, get their bodies, are answered, or
// are lost. Frames come in by what they say; it knows no time but what it is told.
import { type Answer, discard } from "../../http/answer/answer.ts";
import type { HttpService, Shared } from "../../http/connection/door.ts";
import type { Patience as ClientPatience } from "../../http/connection/engine.ts";
import { type Refusal, refusals } from "../../http/refusal.ts";
import type { Field } from "../../http/request.ts";
import type { StreamAnswer } from "../answer/stream-answer.ts";
import { type ErrorCode, errorCodes, FRAME_HEAD_BYTES } from "../frame/frame-kinds.ts";
import { writeMark, writeReset } from "../frame/frame-writer.ts";
import type { StreamRequest } from "../request/stream-request.ts";
import { type Breach, breaches, streamErrors } from "./breaches.ts";
import { Patience } from "./patience.ts";
import { Receiving } from "./receiving.ts";
import { type Outcome, Sending, type SendingOwner } from "./sending.ts";
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

export class Exchanges implements StreamOwner, SendingOwner {
  readonly patience: Patience;
  /** The newest stream of the client. */
  last = 0;
  /** The newest that was looked at. */
  lastTaken = 0;
  /** What the client begins from now on is not looked at. */
  isClosed = false;
  private readonly service: HttpService;
  private readonly shared: Shared;
  private readonly limits: StreamLimits;
  private readonly owner: ExchangesOwner;
  private readonly sending: Sending;
  private readonly receiving: Receiving;
  private readonly streams = new Map<number, Stream>();
  /** Whose bodies are to be looked at. */
  private readonly wanting = new Set<Stream>();

  constructor(service: HttpService, shared: Shared, limits: StreamLimits, owner: ExchangesOwner) {
    this.service = service;
    this.shared = shared;
    this.limits = limits;
    this.owner = owner;
    this.patience = new Patience(limits);
    this.sending = new Sending(shared, limits, this.patience, this);
    this.receiving = new Receiving(shared, limits);
  }

  get size(): number {
    return this.streams.size;
  }

  get isHeard(): boolean {
    return this.owner.isHeard;
  }

  // What the client says.

  open(): void {
    this.receiving.open();
  }

  request(id: number, request: StreamRequest, hasBody: boolean): Breach | undefined {
    this.last = id;
    if (this.isClosed) {
      if (hasBody) this.receiving.leave(id);
      return undefined;
    }
    this.lastTaken = id;
    if (this.streams.size >= this.limits.streamsMax) return this.reset(id, hasBody, streamErrors.tooMany);
    request.complete(hasBody);
    if (hasBody || request.refusal !== undefined) this.ask(this.add(id, request, hasBody));
    else this.askWhole(id, request);
    return undefined;
  }

  /** A head in a stream that was begun before. */
  trailers(id: number, trailers: readonly Field[] | Refusal, endsStream: boolean): Breach | undefined {
    const stream = this.streams.get(id);
    if (stream === undefined) {
      if (!this.receiving.hasLeft(id)) return breaches.closedStream;
      if (endsStream) this.receiving.forget(id);
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
    if (!this.receiving.came(frameBytes)) return breaches.windowOverrun;
    const stream = this.streams.get(id);
    const code = stream?.inputOver === true ? streamErrors.halfClosed : streamErrors.overrun;
    if (stream === undefined || stream.inputOver || !stream.receiveWindow.came(frameBytes)) {
      this.receiving.taken(frameBytes);
      return stream === undefined ? this.strayData(id, endsStream) : this.breach(stream, code);
    }
    const padding = frameBytes - piece.length;
    if (padding > 0) stream.bodyTaken(padding);
    stream.inputOver = endsStream;
    stream.body?.heard(piece, FRAME_HEAD_BYTES + padding);
    if (endsStream) stream.body?.ended([]);
    this.patience.moved(piece.length);
    return piece.length === 0 && !endsStream ? this.patience.idleFrame() : undefined;
  }

  resetCame(id: number): Breach | undefined {
    const stream = this.streams.get(id);
    if (stream !== undefined) {
      this.lose(stream);
      return this.patience.reset();
    }
    if (id > this.last) return breaches.idleStream;
    this.receiving.forget(id);
    return this.patience.idleFrame();
  }

  window(id: number, bytes: number): Breach | undefined {
    const breach = this.patience.idleFrame();
    if (breach !== undefined) return breach;
    if (id === 0) return this.sending.growAll(bytes, this.streams.values());
    const stream = this.streams.get(id);
    if (stream === undefined) return id > this.last ? breaches.idleStream : undefined;
    const code = bytes === 0 ? streamErrors.windowZero : this.sending.grow(stream, bytes);
    return code === undefined ? undefined : this.breach(stream, code);
  }

  settings(bytes: Buffer): Breach | undefined {
    return this.sending.settings(bytes, this.streams.values());
  }

  /** The client has read all that was said before the mark of a stream. */
  markCameBack(id: number): void {
    if (this.receiving.hasLeft(id)) writeReset(this.shared.outbox, id, errorCodes.none);
  }

  /** The client says nothing more: bodies that have not come never will. */
  inputOver(): void {
    for (const stream of this.streams.values()) if (!stream.inputOver) stream.bodyRefused(refusals.bodyCutShort);
  }

  /** Bodies that do not come, and answers that are not let come, in the time that a client has for it. */
  late(nowMs: number, patience: ClientPatience): void {
    for (const stream of [...this.streams.values()]) {
      if (!stream.isLate(nowMs, patience)) continue;
      if (stream.awaits === "body") stream.bodyRefused(refusals.bodyLate);
      else this.breach(stream, streamErrors.unread);
    }
  }

  /** The connection is no more. */
  close(): void {
    this.isClosed = true;
    for (const stream of [...this.streams.values()]) this.lose(stream);
  }

  // What goes on here.

  bodyWanted(stream: Stream): void {
    this.wanting.add(stream);
    this.owner.work();
  }

  bodyTaken(stream: Stream, bytes: number): void {
    this.receiving.taken(bytes);
    this.wanting.add(stream);
  }

  pieceCame(): void {
    this.owner.work();
  }

  /** Does what can be done now. */
  work(): Breach | undefined {
    do {
      for (const stream of this.wanting) {
        this.wanting.delete(stream);
        const breach = this.lookAt(stream);
        if (breach !== undefined) return breach;
      }
      this.sending.go();
    } while (this.wanting.size > 0);
    this.receiving.tell();
    return undefined;
  }

  /**
   * RFC 9113 §8.1 done: what is left of the request is not wanted then, which a client is told when it has read the answer; some
   * forget what they have read else.
   */
  said(stream: Stream, { answer, bytes }: StreamAnswer, outcome: Outcome): void {
    const { id, request, refusal, inputOver } = stream;
    const { outbox } = this.shared;
    this.end(stream);
    if (outcome === "broken") writeReset(outbox, id, errorCodes.internal);
    else if (refusal?.status === 400) writeReset(outbox, id, errorCodes.protocol);
    else if (!inputOver) writeMark(outbox, id);
    if (!inputOver) this.receiving.leave(id);
    stream.body?.lose();
    if (refusal === undefined) this.answered(request, answer, bytes, outcome === "whole");
    else this.service.answered(request, answer, bytes, outcome === "whole");
  }

  private add(id: number, request: StreamRequest, hasBody: boolean): Stream {
    const stream = new Stream(id, request, hasBody, this.sending.streamWindow, this.limits.bodyWindowBytes, this);
    this.streams.set(id, stream);
    return stream;
  }

  private ask(stream: Stream): void {
    const { request } = stream;
    if (request.refusal !== undefined) this.refuse(stream, request.refusal);
    else this.settle(stream, this.service.answer(request));
  }

  /** Of most requests nothing has to be kept: they are answered before the next one is looked at. */
  private askWhole(id: number, request: StreamRequest): void {
    const answer = this.service.answer(request);
    const bytes = answer instanceof Promise ? 0 : this.sending.sayWhole(id, request, answer);
    if (bytes === 0 || answer instanceof Promise) this.settle(this.add(id, request, false), answer);
    else this.answered(request, answer, bytes, true);
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
    this.sending.respond(stream, answer);
  }

  private answered(request: StreamRequest, answer: Answer, bytes: number, whole: boolean): void {
    this.patience.answered();
    this.service.answered(request, answer, bytes, whole);
    if (answer.close === true) this.owner.finish();
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

  private end(stream: Stream): void {
    stream.isOver = true;
    this.streams.delete(stream.id);
    this.sending.leave(stream);
  }

  private breach(stream: Stream, code: ErrorCode): Breach | undefined {
    this.lose(stream);
    return this.reset(stream.id, !stream.inputOver, code);
  }

  private reset(id: number, clientSends: boolean, code: ErrorCode): Breach | undefined {
    writeReset(this.shared.outbox, id, code);
    if (clientSends) this.receiving.leave(id);
    return this.patience.reset();
  }

  private strayData(id: number, endsStream: boolean): Breach | undefined {
    if (id > this.last) return breaches.idleStream;
    if (!this.receiving.hasLeft(id)) return this.reset(id, false, streamErrors.dataLate);
    if (endsStream) this.receiving.forget(id);
    return undefined;
  }

  private lookAt(stream: Stream): Breach | undefined {
    const { body, flaw } = stream;
    if (stream.isOver || body === undefined) return undefined;
    if (flaw !== undefined) return this.answerFlaw(stream, flaw);
    body.feed();
    this.receiving.tellOf(stream);
    this.tellToGoOn(stream);
    return undefined;
  }

  private answerFlaw(stream: Stream, flaw: Refusal): Breach | undefined {
    stream.flaw = undefined;
    stream.body?.lose();
    if (stream.standing !== "asked") return undefined;
    this.service.abandoned?.(stream.request);
    this.refuse(stream, flaw);
    return this.patience.reset();
  }

  /** RFC 9110 §10.1.1 done: the client is told to go on when somebody wants the body, and not when it has its answer. */
  private tellToGoOn(stream: Stream): void {
    const { request, body, standing, inputOver } = stream;
    if (!request.expectsContinue || body?.state !== "reading" || standing !== "asked" || inputOver) return;
    request.expectsContinue = false;
    if (body.readBytes === 0) this.sending.inform(stream, 100);
  }
}

/** RFC 9113 §8.6, RFC 9110 §15: what no client could understand is a mistake of whoever answers. */
function assertFinal({ status, handOver }: Answer): void {
  if (handOver !== undefined || !Number.isInteger(status) || status < 200 || status > 999)
    throw new Error(`the answer ${status} in HTTP/2`);
}
