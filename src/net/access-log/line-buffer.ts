// Lines as bytes in one growing buffer, until somebody takes them to a file. Bytes cost less than joined strings here:
// nothing has to be put together and encoded in the end, when a whole batch would hold everybody up.
import { BEHIND_BYTES } from "./pieces.ts";
import type { AccessRecord } from "./record.ts";
import { type Room, roomOf } from "./spelling.ts";

/** Room for a few lines: with thousands of logs each has no more at a time. */
const START_BYTES = 512;
/** Of those that begin: whoever takes the one that was given back last finds it in the processor's caches. */
const STARTS_MAX = 4096;
const SPARE_BYTES_MAX = 1024 * 1024;
const nothing = roomOf(new ArrayBuffer(0));
const starts: Room[] = [];

/** Writes a line there and says where it ends, also where that is beyond the end of the bytes. */
export type Speller = (record: AccessRecord, room: Room, at: number) => number;

export class LineBuffer {
  /** In use up to `length`. */
  private room = nothing;
  private spare = nothing;
  length = 0;

  add(record: AccessRecord, spell: Speller): void {
    if (this.room === nothing) this.room = roomFor(START_BYTES);
    let end = spell(record, this.room, this.length);
    if (end + BEHIND_BYTES > this.room.bytes.length) {
      this.grow(end + BEHIND_BYTES);
      end = spell(record, this.room, this.length);
    }
    this.length = end;
  }

  /** Everything so far; the buffer begins anew. */
  take(): Buffer<ArrayBuffer> {
    const taken = this.room.bytes.subarray(0, this.length);
    this.room = this.spare;
    this.spare = nothing;
    this.length = 0;
    return taken;
  }

  /** What was taken is not needed any more. A log with much to say uses it again; one with little leaves it to the next one. */
  giveBack(taken: Buffer<ArrayBuffer>): void {
    const { buffer, length } = taken;
    if (buffer.byteLength === START_BYTES) {
      if (starts.length < STARTS_MAX) starts.push(roomOf(buffer));
    } else if (length * 4 > buffer.byteLength && buffer.byteLength <= SPARE_BYTES_MAX) this.spare = roomOf(buffer);
  }

  private grow(needed: number): void {
    const { bytes } = this.room;
    const larger = roomFor(Math.max(needed, bytes.length * 2));
    bytes.copy(larger.bytes, 0, 0, this.length);
    this.room = larger;
  }
}

const roomFor = (bytes: number): Room =>
  (bytes === START_BYTES ? starts.pop() : undefined) ?? roomOf(Buffer.allocUnsafeSlow(bytes).buffer);
