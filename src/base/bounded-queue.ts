// First in, first out, up to a bound; what does not fit is refused and counted, never kept. It holds no opinion about
// what a loss means: the owner reads `takeDropped` and tells.

export class BoundedQueue<T> {
  readonly max: number;
  private items: T[] = [];
  /** Where the first item stands: shifting an array of thousands for each item would cost more than the item. */
  private head = 0;
  private lost = 0;

  constructor(max: number) {
    if (!Number.isSafeInteger(max) || max < 1) throw new Error(`a queue of at most ${max} items`);
    this.max = max;
  }

  get length(): number {
    return this.items.length - this.head;
  }

  /** False when the queue is full; the newest is what is lost, as the oldest tells how it began. */
  push(item: T): boolean {
    if (this.length >= this.max) {
      this.lost++;
      return false;
    }
    this.items.push(item);
    return true;
  }

  shift(): T | undefined {
    const item = this.items[this.head];
    if (this.length === 0) return undefined;
    this.head++;
    if (this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  /** How many were refused since the last call, so that a loss is told once and not for each item. */
  takeDropped(): number {
    const lost = this.lost;
    this.lost = 0;
    return lost;
  }
}
