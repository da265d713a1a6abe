// How a client may break the protocol: one row for each way, with the code that it is told. What concerns the whole connection ends
// it, RFC 9113 §5.4.1 done, and has a sentence for the operator; what is of one request ends that alone, §5.4.2 done. Data only.
import { type ErrorCode, errorCodes } from "../frame/frame-kinds.ts";

export interface Breach {
  readonly code: ErrorCode;
  readonly because: string;
}

const { protocol, flowControl, streamClosed, frameSize, refusedStream, compression, enhanceYourCalm, cancel, none } =
  errorCodes;
const row = (code: ErrorCode, because: string): Breach => ({ code, because });

export const breaches = {
  preface: row(protocol, "The connection does not begin as one of HTTP/2"),
  noSettings: row(protocol, "The first frame is not SETTINGS"),
  frameTooLarge: row(frameSize, "A frame is larger than was agreed"),
  frameBytes: row(frameSize, "A frame has not the size that its kind has"),
  frameStream: row(protocol, "A frame is for a stream, or for none, where its kind is not"),
  padding: row(protocol, "There is more padding than frame"),
  push: row(protocol, "The client promises to push"),
  blockBroken: row(protocol, "Another frame stands within the headers of a request"),
  continuation: row(protocol, "A CONTINUATION continues nothing"),
  compression: row(compression, "The compressed headers cannot be read"),
  streamNumber: row(protocol, "A new stream has an even number, or a smaller one than the last"),
  idleStream: row(protocol, "A frame is for a stream that was never begun"),
  closedStream: row(streamClosed, "Headers are for a stream that has ended"),
  settings: row(protocol, "A setting has a value that it may not have"),
  settingsWindow: row(flowControl, "A setting makes a window larger than any may be"),
  window: row(flowControl, "The window of the connection is larger than any may be"),
  windowZero: row(protocol, "The window of the connection grows by nothing"),
  windowOverrun: row(flowControl, "More was sent than the window of the connection allows"),

  resets: row(enhanceYourCalm, "Requests are broken off faster than they can be answered"),
  idleFrames: row(enhanceYourCalm, "There are too many frames that bring nothing"),
  waitingReplies: row(enhanceYourCalm, "The client asks for replies that it does not read"),
  continuations: row(enhanceYourCalm, "The headers of a request come in too many frames"),
  blockTooLong: row(enhanceYourCalm, "The compressed headers are longer than the site takes"),
  headLate: row(none, "The request did not come in time"),
} as const satisfies Readonly<Record<string, Breach>>;

export const streamErrors = {
  /** Its window is larger than any may be, grows by nothing, or was not heeded. */
  window: flowControl,
  windowZero: protocol,
  overrun: flowControl,
  /** More comes of a request that was over, or of a stream that has ended. */
  halfClosed: streamClosed,
  dataLate: streamClosed,
  /** A head behind the body that does not end the request. */
  secondHead: protocol,
  /** The client lets nothing more come of the answer. */
  unread: cancel,
  tooMany: refusedStream,
} as const satisfies Readonly<Record<string, ErrorCode>>;
