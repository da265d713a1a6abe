// How many there are of each, for what comes and goes. One that has come to nothing is not kept, so a tally is never
// larger than what is there.

export class Tally<Key> {
  private readonly counts = new Map<Key, number>();

  /** Different keys. */
  get size(): number {
    return this.counts.size;
  }

  of(key: Key): number {
    return this.counts.get(key) ?? 0;
  }

  add(key: Key): void {
    this.counts.set(key, this.of(key) + 1);
  }

  remove(key: Key): void {
    const left = this.of(key) - 1;
    if (left > 0) this.counts.set(key, left);
    else this.counts.delete(key);
  }
}
