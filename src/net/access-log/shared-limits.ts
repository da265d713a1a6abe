// What the access logs of a process share: memory for lines that wait for their disk, and how many files are open at a time.
// Ten thousand sites must not need ten thousand descriptors, and a full disk must not fill the memory.

/** For all logs of a process together; one log may take an eighth. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
const OPEN_MAX = 32;

export class SharedLimits {
  readonly waitingBytesMax: number;
  waitingBytes = 0;
  private open = 0;
  private readonly queue: (() => void)[] = [];

  constructor(waitingBytesMax: number = WAITING_BYTES_MAX) {
    this.waitingBytesMax = waitingBytesMax;
  }

  /** Whether one log may let so much wait. */
  allows(ownBytes: number): boolean {
    return ownBytes < this.waitingBytesMax / 8 && this.waitingBytes < this.waitingBytesMax;
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
