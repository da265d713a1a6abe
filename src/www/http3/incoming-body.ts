// The body of a request of HTTP/3: read when somebody asks for it, and only as fast as he takes it. What stands behind it is given
// up, as the runtime loses it more often than not.
import type { QuicStream } from "node:quic";
import { type Refusal, refusals } from "../../proto/http/refusal.ts";
import type { BodyReceiver, RequestBody } from "../../proto/http/request.ts";

export interface BodyOwner {
  /** It is read from now on: a client that waits for leave is to hear that it has it. */
  bodyWanted(): void;
  bodyBrought(bytes: number): void;
  bodyRefused(refusal: Refusal): void;
}

export class IncomingBody implements RequestBody {
  readonly length: number | undefined;
  readBytes = 0;
  isReading = false;
  private readonly stream: QuicStream;
  private readonly owner: BodyOwner;
  private receiver: BodyReceiver | undefined;
  private isOver = false;

  constructor(stream: QuicStream, length: number | undefined, owner: BodyOwner) {
    this.stream = stream;
    this.length = length;
    this.owner = owner;
  }

  receive(receiver: BodyReceiver, bytesMax: number): void {
    if (this.isOver || this.stream.destroyed) return receiver.lost();
    if (this.receiver !== undefined) throw new Error("a body is received once");
    this.receiver = receiver;
    if (this.length !== undefined && this.length > bytesMax) return this.refuse(refusals.bodyTooLarge);
    this.isReading = true;
    this.owner.bodyWanted();
    void this.read(receiver, bytesMax);
  }

  /** It will never be whole, or nobody wants the rest. */
  lose(): void {
    if (this.isOver) return;
    this.end();
    this.receiver?.lost();
  }

  refuse(refusal: Refusal): void {
    if (this.isOver) return;
    this.lose();
    this.owner.bodyRefused(refusal);
  }

  private async read(receiver: BodyReceiver, bytesMax: number): Promise<void> {
    const pieces = this.stream[Symbol.asyncIterator]();
    for (;;) {
      // It fails where the client gives up.
      const next = await pieces.next().catch(() => undefined);
      if (next === undefined) return this.lose();
      for (const piece of next.value ?? []) {
        if (this.isOver) return;
        this.readBytes += piece.length;
        this.owner.bodyBrought(piece.length);
        if (this.readBytes > bytesMax) return this.refuse(refusals.bodyTooLarge);
        await receiver.take(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
      }
      if (this.isOver) return;
      if (next.done === true) break;
    }
    this.end();
    receiver.end([]);
  }

  private end(): void {
    this.isOver = true;
    this.isReading = false;
  }
}
