// How many connections a process takes, by how many files the system lets it have open: to run out of these is worse than
// to let people wait.

/** Files, logs and the channel need some too. */
const DESCRIPTORS_RESERVED = 256;
const CONNECTIONS_MIN = 16;

export const connectionsWithin = (descriptors: number): number =>
  Math.max(CONNECTIONS_MIN, descriptors - DESCRIPTORS_RESERVED);
