// Writes frames into what leaves in one burst, RFC 9113 §6 done. It keeps nothing but the memory for their heads.
import type { Outbox } from "../../http/answer/outbox.ts";
import { type ErrorCode, FRAME_HEAD_BYTES, flags, frameKinds, PAYLOAD_BYTES } from "./frame-kinds.ts";

const LARGEST_FIXED = FRAME_HEAD_BYTES + 8;
/** "mark" */
const MARK = 0x6d61726b;
const memory = Buffer.allocUnsafeSlow(LARGEST_FIXED);

export function writeFrameHead(out: Outbox, length: number, kind: number, flagBits: number, stream: number): void {
  frameHead(length, kind, flagBits, stream);
  out.add(memory, 0, FRAME_HEAD_BYTES);
}

/** A frame with one number, of four bytes. */
function writeNumberFrame(out: Outbox, kind: number, stream: number, number: number): void {
  frameHead(4, kind, 0, stream);
  memory.writeUInt32BE(number, FRAME_HEAD_BYTES);
  out.add(memory, 0, FRAME_HEAD_BYTES + 4);
}

export const writeReset = (out: Outbox, stream: number, code: ErrorCode): void =>
  writeNumberFrame(out, frameKinds.resetStream, stream, code);

export const writeWindowUpdate = (out: Outbox, stream: number, bytes: number): void =>
  writeNumberFrame(out, frameKinds.windowUpdate, stream, bytes);

export const writeSettingsAck = (out: Outbox): void => writeFrameHead(out, 0, frameKinds.settings, flags.ack, 0);

/** Pairs of setting and value. */
export function writeSettings(out: Outbox, settings: readonly (readonly [id: number, value: number])[]): void {
  writeFrameHead(out, 6 * settings.length, frameKinds.settings, 0, 0);
  for (const [id, value] of settings) {
    memory.writeUInt16BE(id, 0);
    memory.writeUInt32BE(value, 2);
    out.add(memory, 0, 6);
  }
}

export function writePingAck(out: Outbox, bytes: Buffer): void {
  writeFrameHead(out, 8, frameKinds.ping, flags.ack, 0);
  out.add(bytes);
}

/** A PING that comes back when the client has read what was said before it; `stream` is what it is about, or 0. */
export function writeMark(out: Outbox, stream: number): void {
  frameHead(8, frameKinds.ping, 0, 0);
  memory.writeUInt32BE(MARK, FRAME_HEAD_BYTES);
  memory.writeUInt32BE(stream, FRAME_HEAD_BYTES + 4);
  out.add(memory, 0, FRAME_HEAD_BYTES + 8);
}

/** The stream of a mark; undefined where it is none. */
export const markedStream = (bytes: Buffer): number | undefined =>
  bytes.readUInt32BE(0) === MARK ? bytes.readUInt32BE(4) : undefined;

export function writeGoAway(out: Outbox, last: number, code: ErrorCode): void {
  frameHead(8, frameKinds.goAway, 0, 0);
  memory.writeUInt32BE(last, FRAME_HEAD_BYTES);
  memory.writeUInt32BE(code, FRAME_HEAD_BYTES + 4);
  out.add(memory, 0, FRAME_HEAD_BYTES + 8);
}

/** A block of fields, in as many frames as it takes: RFC 9113 §4.3 done. */
export function writeBlock(out: Outbox, stream: number, block: Buffer, endsStream: boolean): void {
  let kind: number = frameKinds.headers;
  let flagBits = endsStream ? flags.endStream : 0;
  let at = 0;
  do {
    const end = Math.min(at + PAYLOAD_BYTES, block.length);
    if (end === block.length) flagBits |= flags.endHeaders;
    writeFrameHead(out, end - at, kind, flagBits, stream);
    out.add(block, at, end);
    kind = frameKinds.continuation;
    flagBits = 0;
    at = end;
  } while (at < block.length);
}

function frameHead(length: number, kind: number, flagBits: number, stream: number): void {
  memory[0] = length >> 16;
  memory[1] = length >> 8;
  memory[2] = length;
  memory[3] = kind;
  memory[4] = flagBits;
  memory.writeUInt32BE(stream, 5);
}
