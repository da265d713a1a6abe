// One stream: a request that is under way, with its windows, its body and its answer. What becomes of it is for the exchanges to say.
import type { Patience } from "../../http/connection/engine.ts";
import type { Refusal } from "../../http/refusal.ts";
import type { StreamAnswer } from "../answer/stream-answer.ts";
import type { StreamRequest } from "../request/stream-request.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { type BodyOwner, StreamBody } from "./stream-body.ts";

export interface StreamOwner {
  bodyWanted(stream: Stream): void;
  bodyTaken(stream: Stream, bytes: number): void;
}

/**
 * Where an answer stands: nobody has made it; it has its turn soon; its body is being made; the client has to let more come; others
 * have to leave before more of it is asked for.
 */
export type Standing = "asked" | "ready" | "waiting" | "starved" | "crowded";

export class Stream implements BodyOwner {
  readonly id: number;
  readonly request: StreamRequest;
  readonly receiveWindow: ReceiveWindow;
  readonly body: StreamBody | undefined;
  /** What the client lets come; below nothing when it has changed its mind. */
  sendWindow: number;
  standing: Standing = "asked";
  outgoing: StreamAnswer | undefined;
  /** Nothing more comes of the request. */
  inputOver: boolean;
  /** What is wrong with its body, still to be answered. */
  flaw: Refusal | undefined;
  /** Why it was not taken, where the answer is about that. */
  refusal: Refusal | undefined;
  isOver = false;
  /** Of its body so much was taken, and the client has not been told. */
  takenBytes = 0;
  /** What the last look at it saw, and since when it has been so. */
  private seen: Awaited | undefined;
  private seenBytes = 0;
  private sinceMs = 0;
  private readonly owner: StreamOwner;

  constructor(
    id: number,
    request: StreamRequest,
    hasBody: boolean,
    sendWindow: number,
    windowBytes: number,
    owner: StreamOwner,
  ) {
    this.id = id;
    this.request = request;
    this.sendWindow = sendWindow;
    this.receiveWindow = new ReceiveWindow(windowBytes);
    this.inputOver = !hasBody;
    this.owner = owner;
    if (hasBody) request.body = this.body = new StreamBody(lengthOf(request), this);
  }

  /** For what the client has to do something; undefined where it is our turn. */
  get awaits(): Awaited | undefined {
    if (this.standing === "starved") return "window";
    return this.standing === "asked" && this.body?.state === "reading" ? "body" : undefined;
  }

  /** Looks at it: whether the client has done less than it has to, for what we wait for, in so much time. */
  isLate(nowMs: number, { idleMs, bytesMin }: Patience): boolean {
    const { awaits } = this;
    const bytes = (this.body?.readBytes ?? 0) + (this.outgoing?.bytes ?? 0);
    if (awaits !== undefined && awaits === this.seen && bytes - this.seenBytes < bytesMin)
      return nowMs - this.sinceMs >= idleMs;
    this.seen = awaits;
    this.seenBytes = bytes;
    this.sinceMs = nowMs;
    return false;
  }

  bodyWanted(): void {
    this.owner.bodyWanted(this);
  }

  bodyTaken(bytes: number): void {
    this.takenBytes += bytes;
    this.owner.bodyTaken(this, bytes);
  }

  bodyRefused(refusal: Refusal): void {
    this.flaw ??= refusal;
    this.owner.bodyWanted(this);
  }
}

export type Awaited = "body" | "window";

const lengthOf = ({ contentLength }: StreamRequest): number | undefined =>
  contentLength < 0 ? undefined : contentLength;
