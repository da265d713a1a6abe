// What whoever answers a request gives back, in whichever version of HTTP it leaves. How long it is, that the connection
// ends, and the date are for the engine to say.
import type { Field } from "../request.ts";

export interface Answer {
  readonly status: number;
  /** As IIS counts, for the log; 0 where it has none. */
  readonly substatus: number;
  /** Instead of the usual one. */
  readonly reason?: string;
  /**
   * In their order. A name that no field may have is left out, and so is what the engine says itself; what would break a line
   * becomes a blank.
   */
  readonly fields: readonly Field[];
  /** To HEAD as it would be to GET: it is not sent then, but tells its length. */
  readonly body: Buffer | BodySource | undefined;
  /** The connection ends behind it. */
  readonly close?: boolean;
  /**
   * The connection is another protocol's behind the head: to an upgrade that was asked for, with 101, or to CONNECT, with 2xx.
   * Whoever drives the connection gets it.
   */
  readonly handOver?: object;
}

/** A body that is made while it is sent. */
export interface BodySource {
  /** So many bytes, no more and no less; undefined where only its end will tell. */
  readonly length: number | undefined;
  /** Asked when the client has read what came before, and not again while it promises. A piece may change once it asks again. */
  next(): Piece | Promise<Piece>;
  /** What stands behind a body without a length, once it is over. RFC 9110 §6.5. */
  trailers?(): readonly Field[];
  /** Called once, when nothing more is asked of it, however it came to that. */
  close(): void;
}

/** "broken": there is no more, and the client must not take half for whole. */
export type Piece = Buffer | "over" | "broken";

export const isSource = (body: Answer["body"]): body is BodySource => body !== undefined && "next" in body;

/** Nobody will hear it. */
export function discard({ body }: Answer): void {
  if (isSource(body)) body.close();
}
