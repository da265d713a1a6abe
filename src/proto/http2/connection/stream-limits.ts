// What a connection of HTTP/2 bears of its client beside what every version does, each with the attack that it bounds. Data only.
import { WINDOW_BYTES } from "../frame/frame-kinds.ts";

export interface StreamLimits {
  /** Requests at a time; what is beyond is told to come again. */
  readonly streamsMax: number;
  /** Frames in which the headers of one request may come: a flood of CONTINUATION has no end else. */
  readonly blockFramesMax: number;
  /**
   * Requests that are broken off, by the client or for what it does, before as many have been answered: a rapid reset costs the
   * client a few bytes and us an answer.
   */
  readonly resetsMax: number;
  /**
   * Frames that bring neither request nor body, such as PING, SETTINGS, PRIORITY, and windows that grow by a byte. What is
   * sent and received in earnest makes up for them.
   */
  readonly idleFramesMax: number;
  /** Replies to such frames that wait for a client that does not read. */
  readonly waitingRepliesMax: number;
  /** Answers that are made while they are sent, of which a piece waits: each of a file keeps 64 KiB, and often twice as much. */
  readonly piecesMax: number;
  /** What is kept of a body that nobody has asked for, or that is taken slowly. */
  readonly bodyWindowBytes: number;
  /** The same for one that is being taken: what may be under way. */
  readonly takenWindowBytes: number;
  /** For all bodies of a connection. */
  readonly connectionWindowBytes: number;
}

export const usualStreamLimits: StreamLimits = {
  streamsMax: 128,
  blockFramesMax: 32,
  resetsMax: 256,
  idleFramesMax: 10_000,
  waitingRepliesMax: 1000,
  piecesMax: 32,
  bodyWindowBytes: WINDOW_BYTES,
  takenWindowBytes: 256 * 1024,
  connectionWindowBytes: 1024 * 1024,
};
