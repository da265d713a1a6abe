// One after the other: what is run here never overlaps, and no more than a bounded number waits.
export class Serial {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private readonly waitingMax: number;

  constructor(waitingMax: number) {
    this.waitingMax = waitingMax;
  }

  /** undefined: too many are waiting. */
  run<T>(work: () => Promise<T>): Promise<T> | undefined {
    if (this.waiting >= this.waitingMax) return undefined;
    this.waiting++;
    const run = this.last.then(work).finally(() => {
      this.waiting--;
    });
    this.last = run.catch(() => {}); // whoever asked hears of it; the next one is not concerned
    return run;
  }
}
