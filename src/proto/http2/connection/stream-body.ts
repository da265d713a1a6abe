// The body of a request that comes in frames: whether somebody wants it, and who takes it. What nobody has taken yet is kept, which
// the window of its stream bounds.
import { nothing } from "../../../base/block-reader.ts";
import { type Refusal, refusals } from "../../http/refusal.ts";
import type { BodyReceiver, Field, RequestBody } from "../../http/request.ts";
import { malformed } from "../request/malformed.ts";

export interface BodyOwner {
  /** More of it can be taken than before. */
  bodyWanted(): void;
  /** So many bytes more may be sent. */
  bodyTaken(bytes: number): void;
  bodyRefused(refusal: Refusal): void;
}

type State = "unasked" | "reading" | "busy" | "over";

export class StreamBody implements RequestBody {
  readonly length: number | undefined;
  state: State = "unasked";
  /** What has come of it, and what framed that. */
  private bytes = 0;
  private framingBytes = 0;
  private givenBytes = 0;
  private bytesMax = Number.POSITIVE_INFINITY;
  private readonly owner: BodyOwner;
  private receiver: BodyReceiver | undefined;
  private held: Buffer = nothing;
  private heldBytes = 0;
  /** Once it is whole. */
  private trailers: readonly Field[] | undefined;

  constructor(length: number | undefined, owner: BodyOwner) {
    this.length = length;
    this.owner = owner;
  }

  get readBytes(): number {
    return this.bytes + this.framingBytes;
  }

  receive(receiver: BodyReceiver, bytesMax: number): void {
    if (this.state === "over") return receiver.lost();
    if (this.state !== "unasked") throw new Error("a body is received once");
    this.receiver = receiver;
    this.bytesMax = bytesMax;
    this.state = "reading";
    if (this.length !== undefined && this.length > bytesMax) this.owner.bodyRefused(refusals.bodyTooLarge);
    else this.owner.bodyWanted();
  }

  /** A frame of it has come. */
  heard(piece: Buffer, framingBytes: number): void {
    this.bytes += piece.length;
    this.framingBytes += framingBytes;
    if (this.length !== undefined && this.bytes > this.length) return this.refuse(piece, malformed.bodyLength);
    if (this.state === "reading" && this.heldBytes === 0) this.give(piece);
    else this.hold(piece);
  }

  /** The last frame of the request has come. */
  ended(trailers: readonly Field[]): void {
    if (this.length !== undefined && this.bytes !== this.length) return this.owner.bodyRefused(malformed.bodyLength);
    this.trailers = trailers;
    this.feed();
  }

  /** Gives on what is there, as far as it is wanted. */
  feed(): void {
    if (this.state === "reading" && this.heldBytes > 0) {
      const piece = this.held.subarray(0, this.heldBytes);
      this.held = nothing;
      this.heldBytes = 0;
      this.give(piece);
    }
    if (this.state !== "reading" || this.trailers === undefined) return;
    const { receiver } = this;
    this.state = "over";
    this.receiver = undefined;
    receiver?.end(this.trailers);
  }

  /** It will never be whole, or nobody wants it any more. */
  lose(): void {
    const { receiver, heldBytes } = this;
    if (this.state === "over") return;
    this.state = "over";
    this.receiver = undefined;
    this.held = nothing;
    this.heldBytes = 0;
    this.owner.bodyTaken(heldBytes);
    receiver?.lost();
  }

  private give(piece: Buffer): void {
    this.givenBytes += piece.length;
    if (this.givenBytes > this.bytesMax) return this.refuse(piece, refusals.bodyTooLarge);
    const taken = piece.length > 0 ? this.receiver?.take(piece) : undefined;
    if (!(taken instanceof Promise)) return this.owner.bodyTaken(piece.length);
    this.state = "busy";
    void taken.then(() => {
      if (this.state === "busy") this.state = "reading";
      this.owner.bodyTaken(piece.length);
      this.owner.bodyWanted();
    });
  }

  /** What nobody takes counts as taken: the window of the connection is not only for this body. */
  private refuse(piece: Buffer, refusal: Refusal): void {
    this.owner.bodyTaken(piece.length);
    this.owner.bodyRefused(refusal);
  }

  /** Together, as a client may send it byte by byte. */
  private hold(piece: Buffer): void {
    if (this.state === "over") return this.owner.bodyTaken(piece.length);
    const bytes = this.heldBytes + piece.length;
    if (bytes > this.held.length) {
      const larger = Buffer.allocUnsafeSlow(2 * bytes);
      this.held.copy(larger, 0, 0, this.heldBytes);
      this.held = larger;
    }
    piece.copy(this.held, this.heldBytes);
    this.heldBytes = bytes;
  }
}
