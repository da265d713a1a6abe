// When something that was lost is tried again, and when it counts as a crash loop. Pure: times come in, a plan goes out.

export interface BackOffRules {
  readonly firstMs: number;
  readonly longestMs: number;
  /** So many losses within the window are a crash loop. */
  readonly lossesMax: number;
  readonly windowMs: number;
  /** In a crash loop only one try after each of these. */
  readonly probeMs: number;
}

export const standardRules: BackOffRules = {
  firstMs: 500,
  longestMs: 30_000,
  lossesMax: 5,
  windowMs: 300_000,
  probeMs: 60_000,
};

export class BackOff {
  private losses: number[] = [];
  private readonly rules: BackOffRules;

  constructor(rules: BackOffRules = standardRules) {
    this.rules = rules;
  }

  /** Notes a loss at `nowMs` (steady time) and says what follows. */
  lost(nowMs: number): { readonly event: "lost" | "looping"; readonly delayMs: number; readonly losses: number } {
    this.losses = [...this.losses.filter((it) => nowMs - it < this.rules.windowMs), nowMs].slice(-this.rules.lossesMax);
    const losses = this.losses.length;
    if (losses >= this.rules.lossesMax) return { event: "looping", delayMs: this.rules.probeMs, losses };
    return { event: "lost", delayMs: Math.min(this.rules.firstMs * 2 ** (losses - 1), this.rules.longestMs), losses };
  }

  /** It has served long enough, or a person started it: earlier losses no longer count. */
  forget(): void {
    this.losses = [];
  }
}
