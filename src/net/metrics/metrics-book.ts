// The numbers of all sites in one worker, and the reports that it makes of them. A report costs what has changed, not
// what there is. What was counted since the last one is lost when the worker dies, and nothing else.
import { type SiteCounts, SiteMetrics } from "./site-metrics.ts";

/** Of a size that a pipe likes. */
const SITES_PER_REPORT = 200;

export class MetricsBook {
  /** What belongs to no site: a connection to an address where none answers. */
  readonly service: SiteMetrics;
  private readonly size: number;
  private changed: SiteMetrics[] = [];
  /** One for all sites, as each would keep its own. */
  private readonly begun = (it: SiteMetrics): void => void this.changed.push(it);

  /** `size`: the end of the last list of metrics. */
  constructor(size: number) {
    this.size = size;
    this.service = this.site("");
  }

  /** For as long as the site is served, whatever its settings. */
  site(name: string): SiteMetrics {
    return new SiteMetrics(name, this.size, this.begun);
  }

  /** All that has changed since it was asked before. */
  *report(): Generator<readonly SiteCounts[]> {
    const { changed } = this;
    this.changed = [];
    for (let start = 0; start < changed.length; start += SITES_PER_REPORT) {
      const some = changed.slice(start, start + SITES_PER_REPORT).flatMap((it) => it.take() ?? []);
      if (some.length > 0) yield some;
    }
  }
}
