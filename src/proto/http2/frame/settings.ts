// What the other side of a connection says of itself: one row for each setting that counts here. RFC 9113 §6.5.2 done; all others are
// passed by, as the RFC has it.
import { TABLE_BYTES } from "../hpack/dynamic-table.ts";
import { type ErrorCode, errorCodes, PAYLOAD_BYTES, WINDOW_BYTES, WINDOW_BYTES_MAX } from "./frame-kinds.ts";

export const settingIds = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

const ENTRY_BYTES = 6;

/** What of a client's settings decides what it is sent. We push nothing, keep no table, and send no large frame. */
export class PeerSettings {
  initialWindowBytes = WINDOW_BYTES;
  /** It keeps a smaller table than all have to, and has to hear before the next fields that we use none: RFC 9113 §4.3.1. */
  private awaitsNoTable = false;

  get wantsNoTable(): boolean {
    return this.awaitsNoTable;
  }

  /** Whether it is to be said now; then it has been. */
  sayNoTable(): boolean {
    const { awaitsNoTable } = this;
    this.awaitsNoTable = false;
    return awaitsNoTable;
  }

  /** Reads all entries; what is wrong with one. The last of several of the same counts. */
  read(bytes: Buffer, from: number, end: number): ErrorCode | undefined {
    for (let at = from; at + ENTRY_BYTES <= end; at += ENTRY_BYTES) {
      const code = this.take(bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2));
      if (code !== undefined) return code;
    }
    return (end - from) % ENTRY_BYTES === 0 ? undefined : errorCodes.frameSize;
  }

  private take(id: number, value: number): ErrorCode | undefined {
    if (id === settingIds.headerTableSize && value < TABLE_BYTES) this.awaitsNoTable = true;
    if (id === settingIds.enablePush) return value > 1 ? errorCodes.protocol : undefined;
    if (id === settingIds.maxFrameSize)
      return value < PAYLOAD_BYTES || value >= 2 ** 24 ? errorCodes.protocol : undefined;
    if (id !== settingIds.initialWindowSize) return undefined;
    if (value > WINDOW_BYTES_MAX) return errorCodes.flowControl;
    this.initialWindowBytes = value;
    return undefined;
  }
}
