// What the access logs of a process share: memory for lines that wait for their disk, how many files are open at a time, and
// how soon lines are written. Ten thousand sites must not need ten thousand descriptors, nor open as many files five times a
// second, and a full disk must not fill the memory.

/** For all logs of a process together; one log may take an eighth. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
const OPEN_MAX = 8;
/** Lines are in their file within a second; where many logs have some, each gathers more of them for the same price. */
const FLUSH_AFTER_MS = 200;
const CROWDED_FLUSH_AFTER_MS = 700;
const CROWD = 100;

export class SharedLimits {
  readonly waitingBytesMax: number;
  waitingBytes = 0;
  /** Logs that have lines for which the time has not come. */
  gathering = 0;
  private open = 0;
  private readonly queue: (() => void)[] = [];

  constructor(waitingBytesMax: number = WAITING_BYTES_MAX) {
    this.waitingBytesMax = waitingBytesMax;
  }

  /** Whether one log may let so much wait. */
  allows(ownBytes: number): boolean {
    return ownBytes < this.waitingBytesMax / 8 && this.waitingBytes < this.waitingBytesMax;
  }

  get flushAfterMs(): number {
    return this.gathering < CROWD ? FLUSH_AFTER_MS : CROWDED_FLUSH_AFTER_MS;
  }

  /** Waits for its turn, in the order of coming. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.open >= OPEN_MAX) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.open++;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes meanwhile gets it first.
      const next = this.queue.shift();
      if (next === undefined) this.open--;
      else next();
    }
  }
}
