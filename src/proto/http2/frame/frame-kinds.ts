// Frames by their numbers, RFC 9113 §4.1, §6, §7. Data only.

export const frameKinds = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flags = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const errorCodes = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  connect: 10,
  enhanceYourCalm: 11,
  inadequateSecurity: 12,
  http11Required: 13,
} as const;
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** What stands before each payload. */
export const FRAME_HEAD_BYTES = 9;
/** What both sides may send without asking, and what we leave it at: RFC 9113 §6.5.2. */
export const PAYLOAD_BYTES = 16_384;
export const WINDOW_BYTES = 65_535;
/** RFC 9113 §6.9.1 */
export const WINDOW_BYTES_MAX = 2 ** 31 - 1;
export const STREAM_MAX = 2 ** 31 - 1;

/** What a client says first of all, RFC 9113 §3.4. */
export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
