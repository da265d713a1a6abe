// The time within which a part of all requests was answered, guessed from the counts of a histogram. Pure.

/**
 * `counts` has one number for each bound, and one for what is beyond the last. Within its range a value may lie
 * anywhere, so the place is taken from the rank as Prometheus does it; beyond the last bound that bound is all we know.
 */
export function quantile(part: number, bounds: readonly number[], counts: readonly number[]): number | null {
  const total = counts.reduce((sum, it) => sum + it, 0);
  if (total === 0) return null;
  const rank = part * total;
  let below = 0;
  for (const [at, bound] of bounds.entries()) {
    const here = counts[at] ?? 0;
    if (here > 0 && below + here >= rank) {
      const from = bounds[at - 1] ?? 0;
      return from + (bound - from) * Math.max(0, (rank - below) / here);
    }
    below += here;
  }
  return bounds.at(-1) ?? null;
}
