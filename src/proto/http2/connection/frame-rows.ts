// The kinds of frames: where each may stand, how large it is, and what it says. RFC 9113 §6 done. What is said by it is for whoever
// takes it.
import { flags, frameKinds } from "../frame/frame-kinds.ts";
import type { FrameReader } from "../frame/frame-reader.ts";
import { type Breach, breaches } from "./breaches.ts";

/** Told in the words of the protocol what has come; says what is wrong with it. */
export interface FrameTaker {
  data(stream: number, piece: Buffer, frameBytes: number, endsStream: boolean): Breach | undefined;
  head(stream: number, part: Buffer, endsStream: boolean, endsBlock: boolean): Breach | undefined;
  headGoesOn(stream: number, part: Buffer, endsBlock: boolean): Breach | undefined;
  reset(stream: number): Breach | undefined;
  settings(bytes: Buffer): Breach | undefined;
  ping(bytes: Buffer): Breach | undefined;
  pingCameBack(bytes: Buffer): Breach | undefined;
  goAway(): Breach | undefined;
  window(stream: number, bytes: number): Breach | undefined;
  /** One that says nothing to us. */
  idle(): Breach | undefined;
}

interface Row {
  readonly on: "stream" | "connection" | "either";
  /** The only size that it may have. */
  readonly bytes?: number;
  take(taker: FrameTaker, frame: FrameReader): Breach | undefined;
}

const PRIORITY_BYTES = 5;

const rows: Readonly<Record<number, Row>> = {
  [frameKinds.data]: {
    on: "stream",
    take(taker, frame) {
      const { length } = frame;
      if (frame.has(flags.padded) && !frame.unpad()) return breaches.padding;
      return taker.data(frame.stream, frame.payload, length, frame.has(flags.endStream));
    },
  },
  [frameKinds.headers]: {
    on: "stream",
    take(taker, frame) {
      if (frame.has(flags.padded) && !frame.unpad()) return breaches.padding;
      if (frame.has(flags.priority) && !frame.skip(PRIORITY_BYTES)) return breaches.frameBytes;
      return taker.head(frame.stream, frame.payload, frame.has(flags.endStream), frame.has(flags.endHeaders));
    },
  },
  // RFC 9113 §5.3.2: it means nothing any more.
  [frameKinds.priority]: { on: "stream", bytes: PRIORITY_BYTES, take: (taker) => taker.idle() },
  [frameKinds.resetStream]: { on: "stream", bytes: 4, take: (taker, { stream }) => taker.reset(stream) },
  [frameKinds.settings]: {
    on: "connection",
    take(taker, frame) {
      if (!frame.has(flags.ack)) return taker.settings(frame.payload);
      return frame.length === 0 ? undefined : breaches.frameBytes;
    },
  },
  [frameKinds.pushPromise]: { on: "either", take: () => breaches.push },
  [frameKinds.ping]: {
    on: "connection",
    bytes: 8,
    take: (taker, frame) => (frame.has(flags.ack) ? taker.pingCameBack(frame.payload) : taker.ping(frame.payload)),
  },
  [frameKinds.goAway]: {
    on: "connection",
    take: (taker, { length }) => (length < 8 ? breaches.frameBytes : taker.goAway()),
  },
  [frameKinds.windowUpdate]: {
    on: "either",
    bytes: 4,
    take: (taker, frame) => taker.window(frame.stream, frame.bytes.readUInt32BE(frame.at) & 0x7fffffff),
  },
  [frameKinds.continuation]: {
    on: "stream",
    take: (taker, frame) => taker.headGoesOn(frame.stream, frame.payload, frame.has(flags.endHeaders)),
  },
};

/** RFC 9113 §4.1, §5.5 done: what nobody knows is passed by. */
export function takeFrame(taker: FrameTaker, frame: FrameReader): Breach | undefined {
  const row = rows[frame.kind];
  if (row === undefined) return taker.idle();
  if (row.on !== "either" && (row.on === "stream") !== frame.stream > 0) return breaches.frameStream;
  if (row.bytes !== undefined && row.bytes !== frame.length) return breaches.frameBytes;
  return row.take(taker, frame);
}
