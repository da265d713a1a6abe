// The numbers of one site in one worker: what has happened since they were last reported. Counting makes no text and
// no object; a site to which nothing happens keeps no numbers at all, as there may be ten thousand of them.
import type { Cell, HistogramCells } from "./metric.ts";

/** What has changed at one site: cell, by how much, cell, by how much. Its name is "" for the service as a whole. */
export interface SiteCounts {
  readonly name: string;
  readonly cells: readonly number[];
}

export class SiteMetrics {
  private readonly name: string;
  private readonly size: number;
  private readonly begun: (it: SiteMetrics) => void;
  private changes: Float64Array | undefined;
  /** Of the gauges that are set rather than moved. */
  private levels: Map<Cell<"gauge">, number> | undefined;

  /** `begun` is told of the first change after each report. */
  constructor(name: string, size: number, begun: (it: SiteMetrics) => void) {
    this.name = name;
    this.size = size;
    this.begun = begun;
  }

  add(cell: Cell<"counter">, by = 1): void {
    const changes = this.changes ?? this.begin();
    changes[cell] = (changes[cell] ?? 0) + by;
  }

  /** Up by one when something comes, down by one when it goes. */
  move(cell: Cell<"gauge">, by: 1 | -1): void {
    const changes = this.changes ?? this.begin();
    changes[cell] = (changes[cell] ?? 0) + by;
  }

  set(cell: Cell<"gauge">, level: number): void {
    this.levels ??= new Map();
    const before = this.levels.get(cell) ?? 0;
    if (level === before || !Number.isFinite(level)) return;
    this.levels.set(cell, level);
    const changes = this.changes ?? this.begin();
    changes[cell] = (changes[cell] ?? 0) + level - before;
  }

  observe({ at, bounds }: HistogramCells, seconds: number): void {
    const changes = this.changes ?? this.begin();
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seconds <= (bounds[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    changes[at] = (changes[at] ?? 0) + seconds;
    const bucket = at + 1 + low;
    changes[bucket] = (changes[bucket] ?? 0) + 1;
  }

  /** The site is gone: what was set is no longer so. What was moved goes back by itself when the last has gone. */
  end(): void {
    for (const cell of this.levels?.keys() ?? []) this.set(cell, 0);
  }

  /** What has changed, once. */
  take(): SiteCounts | undefined {
    const changes = this.changes;
    this.changes = undefined;
    const cells: number[] = [];
    // A number that is none comes from a bug, and must not take those beside it along.
    changes?.forEach((by, cell) => {
      if (by !== 0 && Number.isFinite(by)) cells.push(cell, by);
    });
    return cells.length === 0 ? undefined : { name: this.name, cells };
  }

  private begin(): Float64Array {
    this.begun(this);
    this.changes = new Float64Array(this.size);
    return this.changes;
  }
}
