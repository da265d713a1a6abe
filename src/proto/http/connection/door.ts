// What a connection asks of the world: the way to its client, whoever answers requests, and what all connections of
// a process share. Interfaces only.
import type { Answer } from "../answer/answer.ts";
import type { DateStamp } from "../answer/date-stamp.ts";
import type { Outbox, Sink } from "../answer/outbox.ts";
import type { ChunkLimits } from "../body/chunked-body-reader.ts";
import type { HeadLimits } from "../head/parse-head.ts";
import type { Refusal } from "../refusal.ts";
import type { Request } from "../request.ts";

/** The way to the client. None of it calls the connection back before it returns. */
export interface Door extends Sink {
  /** Whether what the client sends should be read: it is until this is called. */
  read(wanted: boolean): void;
  /** All is said. What the client still sends, unless it is done, has to be read, or it may lose the answer: RFC 9112 §9.6. */
  end(clientIsDone: boolean): void;
  /** The connection breaks off, so that the client cannot take half an answer for a whole one. */
  cut(): void;
  /** The connection is somebody else's from here on; `rest` has come already. Nobody calls this connection again. */
  handOver(to: object, rest: Buffer): void;
}

export interface HttpService {
  /** Asked for one request at a time. One that promises an answer may have the body brought meanwhile. */
  answer(request: Request): Answer | Promise<Answer>;
  /** What is said to a request that the engine does not take, or whose body it does not take. */
  refuse(refusal: Refusal, request: Request): Answer;
  /** The answer has left, or as much as ever will; `bytes` counts all of it with its head. Of each request this or the next. */
  answered(request: Request, answer: Answer, bytes: number, whole: boolean): void;
  /** The client is gone, or wants it no more, and nothing of an answer has left. */
  unanswered(request: Request): void;
  /** Nobody waits any more for the answer that was promised. */
  abandoned?(request: Request): void;
}

export interface ConnectionLimits {
  readonly head: HeadLimits;
  readonly chunks: ChunkLimits;
  /** A body that nobody asked for is let pass up to so many bytes; a longer one ends the connection. */
  readonly drainBytesMax: number;
  /** So much is still read of a client that has got its last answer, before it is cut off. */
  readonly lingerBytesMax: number;
}

/** What all connections of a process have in common. */
export interface Shared {
  readonly outbox: Outbox;
  /** Whoever has the clock sets it. */
  readonly date: DateStamp;
  readonly limits: ConnectionLimits;
}
