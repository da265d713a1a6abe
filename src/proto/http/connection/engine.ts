// What a connection of HTTP is to whoever drives it on a socket, in every version. Interfaces only.

/** What the connection waits for, so that somebody with a clock knows what is late. */
export type Awaited = "request" | "head" | "body" | "answer" | "peer" | "end";

/** How long a client may take to bring, or to let come, so many bytes. */
export interface Patience {
  readonly idleMs: number;
  readonly bytesMin: number;
}

export interface Engine {
  readonly awaits: Awaited;
  /** Its client hears of the end beforehand, and what it asked until then may be waited for. */
  readonly saysFarewell: boolean;
  /** Nobody may change the chunk later. */
  heard(chunk: Buffer): void;
  /** The client sends nothing more, and may still listen: it gets the answers to what it asked. */
  inputOver(): void;
  /** The client has read what was said. */
  drained(): void;
  /** The connection is no more. */
  closed(): void;
  /** What is under way is answered as the last, and the client is told so. */
  finish(): void;
  /** The client takes too long with what it has to say. */
  late(): void;
  /** Where several requests are under way: looks which of them the client keeps waiting for too long. */
  look?(nowMs: number, patience: Patience): void;
}
