// Memory that a process and the thread of its spool share, for the bodies of one batch after another. It is used again and
// again, as fresh memory for each batch costs the system more than the copying.

/** Larger ones are given up after use: one burst shall not cost its memory for ever. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;
/** One is filled while others are written down. */
const KEPT_MAX = 3;
const BYTES_MIN = 64 * 1024;

export class BodyRoom {
  private free: SharedArrayBuffer[] = [];
  private readonly lent = new Map<number, SharedArrayBuffer>();

  /** For a batch that is over with the answer of this number. */
  take(number: number, bytes: number): Uint8Array {
    if (bytes === 0) return nothing;
    const found = this.free.find((it) => it.byteLength >= bytes);
    this.free = this.free.filter((it) => it !== found);
    const buffer = found ?? new SharedArrayBuffer(capacityFor(bytes));
    this.lent.set(number, buffer);
    return new Uint8Array(buffer, 0, bytes);
  }

  answered(number: number): void {
    const buffer = this.lent.get(number);
    if (buffer === undefined) return;
    this.lent.delete(number);
    if (buffer.byteLength > KEPT_BYTES_MAX) return;
    this.free = [buffer, ...this.free].toSorted((a, b) => b.byteLength - a.byteLength).slice(0, KEPT_MAX);
  }
}

const nothing = new Uint8Array(0);

const capacityFor = (bytes: number): number => Math.max(BYTES_MIN, 2 ** Math.ceil(Math.log2(bytes)));
