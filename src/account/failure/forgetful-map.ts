// A map that never grows beyond a bound: what was touched longest ago goes first. Pure.

/** So many at a time leave, as finding the eldest of a map costs more the more have left before it. */
const LEAVING_PART = 16;

export class ForgetfulMap<V> {
  private readonly entries = new Map<string, V>();
  private readonly max: () => number;
  private readonly spares: (value: V) => boolean;

  /** Who is spared goes only when nobody else is found among the eldest. */
  constructor(max: () => number, spares: (value: V) => boolean = () => false) {
    this.max = max;
    this.spares = spares;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    return this.entries.get(key);
  }

  /** Kept from now on as the youngest. */
  set(key: string, value: V): void {
    if (!this.entries.delete(key)) this.makeRoom();
    this.entries.set(key, value);
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  /** The eldest first. */
  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.entries[Symbol.iterator]();
  }

  private makeRoom(): void {
    const surplus = this.entries.size + 1 - this.max();
    if (surplus <= 0) return;
    const leaving = surplus + Math.floor(this.max() / LEAVING_PART);
    const spared: [string, V][] = [];
    let left = leaving;
    for (const [key, value] of this.entries) {
      if (left === 0 || spared.length >= leaving) break;
      this.entries.delete(key);
      if (this.spares(value)) spared.push([key, value]);
      else left--;
    }
    // They had their second chance: they are young again, as far as there is room.
    for (const [key, value] of spared.slice(Math.max(0, surplus - (leaving - left)))) this.entries.set(key, value);
  }
}
