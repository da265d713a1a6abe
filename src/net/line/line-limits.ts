// How long a line session may go on as it stands, and what ends it then. Pure: a session tells how it stands and is told.
import type { Farewells, LineLimits } from "./line-dialogue.ts";

/** What a session is at. Only when it is ready is the input looked at, for lines or for the block that has begun. */
export type Phase = "ready" | "waiting" | "sending" | "securing" | "leaving" | "gone";

export interface Standing {
  readonly phase: Phase;
  readonly inBlock: boolean;
  /** It is to end, and waits for the question that is on its way. */
  readonly lastQuestion: boolean;
  /** Since when the peer does not read what was written. */
  readonly unreadSinceMs: number | undefined;
  /** The last whole line, the last bytes of a block that were enough, or the last time that the peer read. */
  readonly activeAtMs: number;
  readonly startedAtMs: number;
}

export interface Limit {
  readonly atMs: number;
  /** A farewell, or none where the peer does not listen or is within a block that we send. */
  readonly by: keyof Farewells | "cut";
}

/** How long a peer has to close after our end: destroying at once could take the last reply from it. */
const LINGER_MS = 5000;
/** How long a session that is to end waits for the question that is on its way. */
const LAST_ANSWER_MS = 2000;

const never: Limit = { atMs: Number.POSITIVE_INFINITY, by: "cut" };

export function limitOf(standing: Standing, limits: LineLimits): Limit {
  const { phase, unreadSinceMs } = standing;
  const now = unreadSinceMs === undefined ? limitNow(standing, limits) : after(unreadSinceMs, limits.unreadMs, "cut");
  if (phase === "leaving" || limits.sessionMs === null) return now;
  const mute = unreadSinceMs !== undefined || phase === "sending" || phase === "securing";
  const whole = after(standing.startedAtMs, limits.sessionMs, mute ? "cut" : "overtime");
  return now.atMs <= whole.atMs ? now : whole;
}

/** What the peer may take for what it is to do now; it is not charged with the time that we take. */
function limitNow({ phase, inBlock, lastQuestion, activeAtMs }: Standing, limits: LineLimits): Limit {
  if (phase === "leaving") return after(activeAtMs, LINGER_MS, "cut");
  if (phase !== "ready") return never;
  if (inBlock) return after(activeAtMs, limits.blockMs, "slow");
  return lastQuestion ? after(activeAtMs, LAST_ANSWER_MS, "stopping") : after(activeAtMs, limits.idleMs, "idle");
}

const after = (sinceMs: number, durationMs: number, by: Limit["by"]): Limit => ({ atMs: sinceMs + durationMs, by });
