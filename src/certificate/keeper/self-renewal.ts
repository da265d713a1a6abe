// When a self-signed certificate is made anew, and with what: the names it has, for as long as it was made before. Pure
// but for the key.

import { DAY_MS } from "../judge.ts";
import type { Pair } from "../pair.ts";
import { makeSelfSigned } from "../x509/self-signed.ts";
import type { Version } from "./certificate-entry.ts";

/** Clocks of clients are a little off. */
export const CLOCK_SKEW_MS = 3_600_000;
const AHEAD_MAX_MS = 30 * DAY_MS;

/** A month before its end, or in the last third of a shorter life. */
export function isRenewalDue({ facts }: Version, nowMs: number): boolean {
  const lifeMs = facts.notAfterMs - facts.notBeforeMs;
  return facts.notAfterMs - nowMs <= Math.min(AHEAD_MAX_MS, lifeMs / 3);
}

export function madeAnew({ facts }: Version, nowMs: number): Pair {
  const fromMs = nowMs - CLOCK_SKEW_MS;
  const untilMs = fromMs + (facts.notAfterMs - facts.notBeforeMs);
  return makeSelfSigned({ hosts: [...facts.names, ...facts.addresses], fromMs, untilMs });
}
