// What the workers of one service have reported, added up per site. Counters never go down while the server runs,
// whichever worker ends; gauges are what the living ones say. A report that cannot be true is not counted at all.
import type { Clock } from "../../base/clock.ts";
import { type MetricList, widthOf } from "./metric.ts";
import type { SiteCounts } from "./site-metrics.ts";

/** The values of one site by cell. */
export type Values = Readonly<Float64Array>;

/** So long a removed site is still told, so that whoever reads now and then sees its last numbers. */
export const REMOVED_KEPT_MS = 600_000;

export class MetricsTotals {
  readonly lists: readonly MetricList[];
  private readonly clock: Clock;
  private readonly knows: (site: string) => boolean;
  private readonly size: number;
  /** By cell, how the workers' levels are put together; undefined for what is counted. */
  private readonly together: readonly ("sum" | "max" | undefined)[];
  private readonly counts = new Map<string, Float64Array>();
  /** By worker and site, with the cells of the gauges only. */
  private readonly levels = new Map<number, Map<string, Map<number, number>>>();
  private readonly removed = new Map<string, number>();

  /** `knows`: whether there is such a site, so that no worker can make one up. */
  constructor(lists: readonly MetricList[], clock: Clock, knows: (site: string) => boolean) {
    this.lists = lists;
    this.clock = clock;
    this.knows = knows;
    this.together = lists
      .flatMap((it) => it.placed)
      .flatMap(({ metric }) =>
        Array.from({ length: widthOf(metric) }, () => (metric.kind === "gauge" ? metric.together : undefined)),
      );
    this.size = this.together.length;
  }

  /** What is wrong with the report, when it is not counted. */
  take(worker: number, report: readonly SiteCounts[]): string | undefined {
    for (const it of report) {
      const flaw = this.flawOf(it);
      if (flaw !== undefined) return flaw;
    }
    this.forgetRemoved();
    for (const it of report) this.count(worker, it);
    return undefined;
  }

  /** Its connections and queues are gone with it; what it has counted stays. */
  gone(worker: number): void {
    this.levels.delete(worker);
  }

  /** The site is no more; what comes of its last connections is still counted. */
  remove(site: string): void {
    if (this.counts.has(site)) this.removed.set(site, this.clock.steadyMs());
  }

  /** Whether there is such a site, or was until a while ago. */
  has(site: string): boolean {
    return this.counts.has(site) || this.knows(site);
  }

  /** How it stands now, for every site that anything has happened to. */
  values(): ReadonlyMap<string, Values> {
    this.forgetRemoved();
    const all = new Map([...this.counts].map(([site, counts]) => [site, counts.slice()]));
    for (const sites of this.levels.values())
      for (const [site, levels] of sites)
        for (const [cell, level] of levels) {
          const values = all.get(site);
          const before = values?.[cell] ?? 0;
          if (values !== undefined)
            values[cell] = this.together[cell] === "max" ? Math.max(before, level) : before + level;
        }
    return all;
  }

  private flawOf({ name, cells }: SiteCounts): string | undefined {
    for (let at = 0; at < cells.length; at += 2) {
      const cell = cells[at] ?? -1;
      const by = cells[at + 1] ?? Number.NaN;
      if (!Number.isInteger(cell) || cell < 0 || cell >= this.size) return `there is no number ${cell}`;
      if (!Number.isFinite(by)) return `number ${cell} of "${name}" has no value`;
      if (by < 0 && this.together[cell] === undefined) return `number ${cell} of "${name}" would go down by ${-by}`;
    }
    return undefined;
  }

  private count(worker: number, { name, cells }: SiteCounts): void {
    const counts = this.countsOf(name);
    if (counts === undefined) return;
    for (let at = 0; at < cells.length; at += 2) {
      const cell = cells[at] ?? 0;
      const by = cells[at + 1] ?? 0;
      if (this.together[cell] === undefined) counts[cell] = (counts[cell] ?? 0) + by;
      else this.move(worker, name, cell, by);
    }
  }

  private countsOf(site: string): Float64Array | undefined {
    const known = this.knows(site);
    if (known) this.removed.delete(site);
    const found = this.counts.get(site);
    if (found !== undefined || !(known || site === "")) return found;
    const fresh = new Float64Array(this.size);
    this.counts.set(site, fresh);
    return fresh;
  }

  /** A level of nothing takes no room: most sites are idle most of the time. */
  private move(worker: number, site: string, cell: number, by: number): void {
    const sites = this.levels.get(worker) ?? new Map<string, Map<number, number>>();
    const levels = sites.get(site) ?? new Map<number, number>();
    const level = (levels.get(cell) ?? 0) + by;
    if (level === 0) levels.delete(cell);
    else levels.set(cell, level);
    if (levels.size === 0) sites.delete(site);
    else sites.set(site, levels);
    this.levels.set(worker, sites);
  }

  private forgetRemoved(): void {
    for (const [site, sinceMs] of this.removed) {
      if (this.clock.steadyMs() - sinceMs < REMOVED_KEPT_MS) continue;
      this.removed.delete(site);
      this.counts.delete(site);
      for (const sites of this.levels.values()) sites.delete(site);
    }
  }
}
