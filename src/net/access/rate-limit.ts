// Whether one more fits into a rate: so many at once, and then one whenever its share of the time has passed. The whole
// state of an address is one moment, at which nothing counts against it any more (a token bucket told by when it is full).
import type { Rate } from "../../schema/kinds/rate.ts";

export interface Charge {
  /** When nothing will count against it any more. */
  readonly clearAtMs: number;
  /** 0: it fits, and is counted. Else how long until one fits; it is not counted, so that trying does not prolong it. */
  readonly waitMs: number;
}

/** `clearAtMs` is what the last charge gave, or 0. */
export function charge(clearAtMs: number, { count, perMs }: Rate, nowMs: number): Charge {
  // No more than a whole rate is held against anybody: one that was longer may have been set before.
  const before = Math.min(Math.max(clearAtMs, nowMs), nowMs + perMs);
  const after = before + perMs / count;
  const overMs = after - nowMs - perMs;
  // Fractions of a millisecond add up to errors of the last bits: 60 in a minute are 60, and not 59.
  return overMs <= TOLERANCE_MS ? { clearAtMs: after, waitMs: 0 } : { clearAtMs: before, waitMs: overMs };
}

const TOLERANCE_MS = 1e-3;
