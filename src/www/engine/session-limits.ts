// How long a connection of the web may go on as it stands. Pure: a session tells how it stands and is told until when.
import type { Awaited } from "../../proto/http/connection/engine.ts";

export interface SessionLimits {
  /** Without a request for so long, or without enough of a body. */
  readonly idleMs: number;
  /** From the first byte of a head to its last: one that drips in is as late as one that stops. */
  readonly headMs: number;
  /** A client that is slower than this for `idleMs`, in sending or in reading, has gone away. */
  readonly bytesPerSecondMin: number;
  /** For the connection as a whole; null for no limit. */
  readonly sessionMs: number | null;
}

export interface Standing {
  readonly awaits: Awaited;
  /** Since when it waits for that, or since the client last did enough for it. */
  readonly sinceMs: number;
  readonly startedAtMs: number;
  /** What was said and had not left then. */
  readonly unreadBytes: number;
  /** It is to end, and waits for the request that is on its way. */
  readonly lastRequest: boolean;
}

/** How long a client has to close after our end: to cut it off at once could take the last answer from it. */
const LINGER_MS = 5000;
/** How long a connection that is to end waits for the request that is on its way. */
const LAST_REQUEST_MS = 2000;

/** When it is late, by the steady clock. */
export function lateAt(standing: Standing, limits: SessionLimits): number {
  const { sinceMs, startedAtMs, awaits } = standing;
  const stepMs = sinceMs + patienceMs(standing, limits);
  if (limits.sessionMs === null || awaits === "end") return stepMs;
  return Math.min(stepMs, startedAtMs + limits.sessionMs);
}

function patienceMs({ awaits, unreadBytes, lastRequest }: Standing, limits: SessionLimits): number {
  switch (awaits) {
    case "request":
      return lastRequest ? LAST_REQUEST_MS : limits.idleMs;
    case "head":
      return limits.headMs;
    case "body":
      return limits.idleMs;
    case "peer":
      return readingMs(unreadBytes, limits);
    case "end":
      return unreadBytes > 0 ? readingMs(unreadBytes, limits) : LINGER_MS;
    default:
      // The time that we take is not charged to the client.
      return Number.POSITIVE_INFINITY;
  }
}

const readingMs = (unreadBytes: number, { idleMs, bytesPerSecondMin }: SessionLimits): number =>
  Math.max(idleMs, (unreadBytes / bytesPerSecondMin) * 1000);

/** What a body has to bring within `idleMs`, so that it may go on. */
export const progressBytes = ({ idleMs, bytesPerSecondMin }: SessionLimits): number =>
  (idleMs / 1000) * bytesPerSecondMin;
