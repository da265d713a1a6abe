// What carries the bytes of a connection, as far as its front and an engine ask: a socket of node, whatever lies upon it, or
// one of our own in clear. Interface only; its words are those of node's `Socket`.

export interface Carrier {
  readonly destroyed: boolean;
  /** The peer sends nothing more, and it was told. */
  readonly readableEnded: boolean;
  /** What was written and the system has not taken; of a `ClearSocket` without what leaves at the end of this turn. */
  readonly writableLength: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /**
   * "data", with a chunk, and "end", "drain" and "close", with nothing. Errors are for whoever took the connection: its "close"
   * is all that there is to look for.
   */
  on(event: string, listener: (chunk: Buffer) => void): unknown;
  once(event: string, listener: (chunk: Buffer) => void): unknown;
  off(event: string, listener: (chunk: Buffer) => void): unknown;
  /** False where "drain" is told once all has left. What waits behind something else is kept as it is given. */
  write(bytes: Buffer, left?: () => void): boolean;
  /** The same with bytes that do not change before they have left: what waits is not copied. Not every socket makes a difference. */
  lend?(bytes: Buffer): boolean;
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
  /** Puts back what was read, for whoever reads next. */
  unshift(bytes: Buffer): void;
  /** Nothing more is written; what waits still leaves. */
  end(): unknown;
  /** As `end`, without waiting for the peer's: whatever he still sends is answered with a reset. Not every socket has it. */
  close?(): unknown;
  destroy(): unknown;
  /** With a reset, so that the peer cannot take what it has for all. */
  resetAndDestroy(): unknown;
}
