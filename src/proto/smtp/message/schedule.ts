// When mail that could not be delivered is tried again, when its sender is told of the delay, and when it is given up.
// Arithmetic only: the time, the chance and the history are handed in, and what comes out is kept by the spool.

export interface RetrySchedule {
  /** Short tries first: most trouble is gone within a minute or two. */
  readonly glitchRetries: number;
  readonly glitchPauseMs: number;
  /** The pauses after those, in turn; the last one goes on for ever. Never empty. */
  readonly pausesMs: readonly number[];
  readonly delayNoticeMs: number;
  readonly expiryMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** As IIS had it (SmtpRemoteProgressiveRetry 15,30,60,240 and SmtpRemoteRetryThreshold 3). */
export const usualSchedule: RetrySchedule = {
  glitchRetries: 3,
  glitchPauseMs: MINUTE_MS,
  pausesMs: [15, 30, 60, 240].map((minutes) => minutes * MINUTE_MS),
  delayNoticeMs: 12 * HOUR_MS,
  expiryMs: 48 * HOUR_MS,
};

/** Up to this share of a pause is added, so that what failed together is not tried together. */
const JITTER_SHARE = 0.1;

/** How long a destination rests after its `failures`-th failure in a row (1 for the first). `chance` is from 0 up to 1. */
export function pauseAfter(schedule: RetrySchedule, failures: number, chance: number): number {
  const { glitchRetries, glitchPauseMs, pausesMs } = schedule;
  const step = failures - 1 - glitchRetries;
  const pauseMs = step < 0 ? glitchPauseMs : (pausesMs[step] ?? pausesMs.at(-1) ?? glitchPauseMs);
  return Math.round(pauseMs * (1 + JITTER_SHARE * chance));
}

export interface Waiting {
  readonly arrivedMs: number;
  /** The destination rests until then; undefined before its first try. */
  readonly nextAttemptMs: number | undefined;
  readonly delayTold: boolean;
}

export type Standing =
  | { readonly kind: "try" }
  | { readonly kind: "expired" }
  | { readonly kind: "tell-delay" }
  /** Look again then: something is due. */
  | { readonly kind: "wait"; readonly untilMs: number };

/**
 * What is due for a message at `nowMs`. A try that is due comes before the message is given up: after days in which
 * the server was down nothing is returned that was not tried once more. It expires while its destination rests.
 */
export function standingOf(schedule: RetrySchedule, waiting: Waiting, nowMs: number): Standing {
  const { arrivedMs, delayTold } = waiting;
  // A clock that was put back must not make mail rest for as long as it was wrong.
  const longestMs = Math.max(schedule.glitchPauseMs, ...schedule.pausesMs) * (1 + JITTER_SHARE);
  const { nextAttemptMs = nowMs } = waiting;
  if (nextAttemptMs <= nowMs || nextAttemptMs > nowMs + longestMs) return { kind: "try" };
  const expiryMs = arrivedMs + schedule.expiryMs;
  if (expiryMs <= nowMs) return { kind: "expired" };
  const noticeMs = arrivedMs + schedule.delayNoticeMs;
  if (!delayTold && noticeMs <= nowMs) return { kind: "tell-delay" };
  return { kind: "wait", untilMs: Math.min(nextAttemptMs, expiryMs, ...(delayTold ? [] : [noticeMs])) };
}
