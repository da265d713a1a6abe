// What a QUIC connection may cost before any of our own code looks at it. Data only; each number is a bound that the runtime keeps.

/** A client that sends nothing at all, not even a sign of life. */
const IDLE_SECONDS = 30;
/** Requests under way on one connection: the client is told, and cannot open more. */
const STREAMS_MAX = 100;
/** RFC 9114 §6.2: control, and two for QPACK. */
const ONE_WAY_STREAMS_MAX = 3;

/** It has to be told before anybody knows which site a client wants; the runtime takes not much more. */
export const HANDSHAKE_MS = 10_000;

export const transportParams = {
  maxIdleTimeout: IDLE_SECONDS,
  initialMaxStreamsBidi: STREAMS_MAX,
  initialMaxStreamsUni: ONE_WAY_STREAMS_MAX,
  maxDatagramFrameSize: 0,
};

/**
 * Headers beyond these the runtime leaves out without a word, so they lie above all that a site can be set to, which is refused
 * in words. There is no table for QPACK: with one, a few bytes can stand for megabytes.
 */
export const application = {
  maxHeaderPairs: 10_100,
  maxHeaderLength: 2 * 1024 * 1024,
  qpackMaxDTableCapacity: 0,
  qpackBlockedStreams: 0,
};
