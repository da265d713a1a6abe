// Cuts what arrives into frames, RFC 9113 §4.1 done. It looks at one after the other where they lie; what is not complete waits for
// more. It judges nothing but the size.
import { nothing } from "../../../base/block-reader.ts";
import { FRAME_HEAD_BYTES, PAYLOAD_BYTES, PREFACE } from "./frame-kinds.ts";

export class FrameReader {
  /** The frame that is being looked at: what it is, and where in `bytes` its payload lies. */
  kind = 0;
  flags = 0;
  stream = 0;
  at = 0;
  end = 0;
  bytes: Buffer = nothing;
  private next = 0;

  /** Of the next frame, so much has come. */
  get heldBytes(): number {
    return this.bytes.length - this.next;
  }

  get length(): number {
    return this.end - this.at;
  }

  /** Nobody may change the chunk before it is put away. */
  push(chunk: Buffer): void {
    this.bytes = this.heldBytes === 0 ? chunk : Buffer.concat([this.bytes.subarray(this.next), chunk]);
    this.next = 0;
  }

  /** What is left waits in memory of its own. */
  putAway(): void {
    this.bytes = this.heldBytes === 0 ? nothing : Buffer.from(this.bytes.subarray(this.next));
    this.next = 0;
  }

  /** Nothing of it will be read. */
  forget(): void {
    this.bytes = nothing;
    this.next = 0;
  }

  /** Whether what comes first of all does; undefined while it is not there. */
  readPreface(): boolean | undefined {
    const bytes = Math.min(this.heldBytes, PREFACE.length);
    if (PREFACE.compare(this.bytes, this.next, this.next + bytes, 0, bytes) !== 0) return false;
    if (bytes < PREFACE.length) return undefined;
    this.next += bytes;
    return true;
  }

  /** False while the next frame is not there. */
  read(): boolean | "too-large" {
    const { bytes, next } = this;
    if (this.heldBytes < FRAME_HEAD_BYTES) return false;
    const length = bytes.readUIntBE(next, 3);
    if (length > PAYLOAD_BYTES) return "too-large";
    const at = next + FRAME_HEAD_BYTES;
    if (at + length > bytes.length) return false;
    this.kind = bytes[next + 3] ?? 0;
    this.flags = bytes[next + 4] ?? 0;
    this.stream = bytes.readUInt32BE(next + 5) & 0x7fffffff;
    this.at = at;
    this.end = at + length;
    this.next = this.end;
    return true;
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  get payload(): Buffer {
    return this.bytes.subarray(this.at, this.end);
  }

  /** Leaves out what stands first. False where there is less. */
  skip(bytes: number): boolean {
    this.at += bytes;
    return this.at <= this.end;
  }

  /** Leaves out what fills it, RFC 9113 §6.1. False where there is more of that than there is frame. */
  unpad(): boolean {
    const padding = this.length === 0 ? 1 : (this.bytes[this.at] ?? 0);
    this.at++;
    this.end -= padding;
    return this.end >= this.at;
  }
}
