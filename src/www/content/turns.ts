// So many at a time, and no queue: who finds no turn does without.

export class Turns {
  private readonly max: number;
  private taken = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** Undefined where all are taken. */
  async take<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.taken >= this.max) return undefined;
    this.taken++;
    try {
      return await work();
    } finally {
      this.taken--;
    }
  }
}
