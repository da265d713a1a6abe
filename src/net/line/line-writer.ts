// The way out of a line session: gathers what is said until it is worth a write, and knows whether the peer reads. What
// waits in memory is bounded because the session asks for nothing more while it is blocked; the bound is not kept here.
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";

/** What is said together leaves together, up to so many bytes in one write. */
export const WRITE_BYTES = 64 * 1024;

export class LineWriter {
  private readonly socket: Socket;
  private readonly clock: Clock;
  private held = "";
  private flushing = false;
  private wake: (() => void) | undefined;
  /** Since when the peer has not read what was written; undefined while there is room. */
  blockedAtMs: number | undefined;

  constructor(socket: Socket, clock: Clock) {
    this.socket = socket;
    this.clock = clock;
  }

  /** Nothing more can be said. */
  get gone(): boolean {
    return this.socket.destroyed || this.socket.writableEnded;
  }

  /** The same, but the socket is asked, as it does not tell once it is to end. */
  get unreadSinceMs(): number | undefined {
    return this.blockedAtMs !== undefined && this.socket.writableLength > 0 ? this.blockedAtMs : undefined;
  }

  /** One character per byte. Leaves with `flush`, or when it is much. */
  say(text: string): void {
    this.held += text;
    if (this.held.length >= WRITE_BYTES) this.flush();
  }

  /** A small piece leaves with what is said around it; of a large one nothing is copied. */
  send(piece: Buffer): void {
    if (piece.length < WRITE_BYTES / 4) return this.say(piece.toString("latin1"));
    this.flush();
    this.written(this.socket.write(piece));
  }

  flush(): void {
    if (this.held === "") return;
    const text = this.held;
    this.held = "";
    if (!this.gone) this.written(this.socket.write(text, "latin1"));
  }

  /** Within this turn of the loop: for what waits beside an answer that may come at once or in a minute. */
  flushSoon(): void {
    if (this.flushing || this.held === "") return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }

  /** Resolves when the peer has read, or never will. One may wait. */
  room(): Promise<void> {
    if (this.blockedAtMs === undefined || this.gone) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** The peer has read, or is gone. */
  drained(): void {
    this.blockedAtMs = undefined;
    this.wake?.();
    this.wake = undefined;
  }

  end(lastWords: string): void {
    this.held += lastWords;
    this.flush();
    this.socket.end();
  }

  private written(room: boolean): void {
    if (!room) this.blockedAtMs ??= this.clock.steadyMs();
  }
}
