// The head of a request that comes in several frames, RFC 9113 §4.3, §6.10 done: kept until it is whole, within bounds.
import { FRAME_HEAD_BYTES } from "../frame/frame-kinds.ts";
import { type Breach, breaches } from "./breaches.ts";

export class OpenHead {
  readonly stream: number;
  readonly endsStream: boolean;
  private readonly framesMax: number;
  private readonly bytesMax: number;
  private readonly parts: Buffer[] = [];
  private bytes = 0;

  constructor(stream: number, endsStream: boolean, framesMax: number, bytesMax: number) {
    this.stream = stream;
    this.endsStream = endsStream;
    this.framesMax = framesMax;
    this.bytesMax = bytesMax;
  }

  get block(): Buffer {
    return Buffer.concat(this.parts);
  }

  get framingBytes(): number {
    return this.parts.length * FRAME_HEAD_BYTES;
  }

  /** In memory of its own, as what it came in goes. */
  add(part: Buffer): Breach | undefined {
    this.bytes += part.length;
    if (this.parts.length === this.framesMax) return breaches.continuations;
    if (this.bytes > this.bytesMax) return breaches.blockTooLong;
    this.parts.push(Buffer.from(part));
    return undefined;
  }
}
