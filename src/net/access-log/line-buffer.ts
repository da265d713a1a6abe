// Lines as bytes in one growing buffer, until somebody takes them to a file. Bytes cost less than joined strings here:
// nothing has to be put together and encoded in the end, when a whole batch would hold everybody up.
import type { AccessRecord } from "./record.ts";

/** Room for a few lines: with thousands of logs each has no more at a time. */
const START_BYTES = 512;
/** Of those that begin: whoever takes the one that was given back last finds it in the processor's caches. */
const STARTS_MAX = 4096;
const SPARE_BYTES_MAX = 1024 * 1024;
const nothing = Buffer.alloc(0);
const starts: Buffer[] = [];

/** Writes a line there and says where it ends, also where that is beyond the end of the bytes. */
export type Speller = (record: AccessRecord, bytes: Buffer, at: number) => number;

export class LineBuffer {
  /** In use up to `length`. */
  private bytes: Buffer = nothing;
  private spare: Buffer = nothing;
  length = 0;

  add(record: AccessRecord, spell: Speller): void {
    if (this.bytes.length === 0) this.bytes = roomFor(START_BYTES);
    let end = spell(record, this.bytes, this.length);
    if (end > this.bytes.length) {
      this.grow(end);
      end = spell(record, this.bytes, this.length);
    }
    this.length = end;
  }

  /** Everything so far; the buffer begins anew. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = this.spare;
    this.spare = nothing;
    this.length = 0;
    return taken;
  }

  /** What was taken is not needed any more. A log with much to say uses it again; one with little leaves it to the next one. */
  giveBack(taken: Buffer): void {
    const { buffer, length } = taken;
    if (buffer.byteLength === START_BYTES) {
      if (starts.length < STARTS_MAX) starts.push(Buffer.from(buffer));
    } else if (length * 4 > buffer.byteLength && buffer.byteLength <= SPARE_BYTES_MAX) this.spare = Buffer.from(buffer);
  }

  private grow(needed: number): void {
    const larger = roomFor(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

const roomFor = (bytes: number): Buffer =>
  (bytes === START_BYTES ? starts.pop() : undefined) ?? Buffer.allocUnsafeSlow(bytes);
