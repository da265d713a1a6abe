// Lets so many through at a time, and so many wait; whoever comes then is told so at once. Those who wait go in the order
// in which they came. It knows nothing of what is done behind it.

export interface TurnstileLimits {
  readonly atOnce: number;
  readonly waitingMax: number;
}

/** Of those who wait, one address may be this part: a flood from one place leaves room for everybody else. */
const SHARE = 4;

interface Waiting {
  readonly who: string;
  enter(): void;
}

export class Turnstile {
  private readonly limits: () => TurnstileLimits;
  private inside = 0;
  private readonly queue = new Set<Waiting>();
  private readonly byWho = new Map<string, number>();

  /** Limits may change at any time; who is inside or waits stays. */
  constructor(limits: () => TurnstileLimits) {
    this.limits = limits;
  }

  get waiting(): number {
    return this.queue.size;
  }

  /** Undefined when there is no room to wait; else what `work` answers, once it was its turn. */
  pass<T>(who: string, work: () => Promise<T>): Promise<T> | undefined {
    const { atOnce, waitingMax } = this.limits();
    if (this.inside < atOnce) return this.run(work);
    const own = this.byWho.get(who) ?? 0;
    if (this.queue.size >= waitingMax || own >= Math.max(1, waitingMax / SHARE)) return undefined;
    this.byWho.set(who, own + 1);
    return new Promise((resolve) => this.queue.add({ who, enter: () => resolve(this.run(work)) }));
  }

  private async run<T>(work: () => Promise<T>): Promise<T> {
    this.inside++;
    try {
      return await work();
    } finally {
      this.inside--;
      this.next();
    }
  }

  private next(): void {
    for (const first of this.queue) {
      if (this.inside >= this.limits().atOnce) return;
      this.queue.delete(first);
      const left = (this.byWho.get(first.who) ?? 1) - 1;
      if (left === 0) this.byWho.delete(first.who);
      else this.byWho.set(first.who, left);
      first.enter();
    }
  }
}
