// The days before its end at which a certificate is told of: a month, two weeks, three days, and when it is over. Pure;
// that each is told once is the memory's matter.
import { DAY_MS } from "../judge.ts";

export interface Milestone {
  readonly days: 30 | 14 | 3 | 0;
}

const milestones: readonly Milestone[] = [{ days: 0 }, { days: 3 }, { days: 14 }, { days: 30 }];

/** The last one that was reached; none that lies in the first half of a short life, where nobody need act yet. */
export function milestoneAt(
  { notBeforeMs, notAfterMs }: { readonly notBeforeMs: number; readonly notAfterMs: number },
  nowMs: number,
): Milestone | undefined {
  const halfLifeMs = (notAfterMs - notBeforeMs) / 2;
  return milestones.find(({ days }) => notAfterMs - nowMs <= days * DAY_MS && days * DAY_MS <= halfLifeMs);
}
