// What counting costs where it happens, and what ten thousand sites cost where their numbers are gathered: a report of
// a worker, the totals of the supervisor, the text that Prometheus fetches.
import { heapStats } from "bun:jsc";
import { ManualClock } from "../src/base/clock.ts";
import { siteCells, siteMetrics } from "../src/net/metrics/metrics.ts";
import { MetricsBook } from "../src/net/metrics/metrics-book.ts";
import { MetricsTotals } from "../src/net/metrics/metrics-totals.ts";
import type { SiteMetrics } from "../src/net/metrics/site-metrics.ts";
import { EventCounts } from "../src/supervisor/metrics/metrics-own.ts";
import { MetricsReport } from "../src/supervisor/metrics/metrics-report.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const ROUNDS = 5_000_000;
const SITES = 10_000;

export const benches: readonly Bench[] = [
  {
    name: "metrics-count",
    measures:
      "Nanoseconds for one count at one of a hundred sites, beside a bare `numbers[index]++` in the same loop; a request counts about five times.",
    run: async () => countingRows(),
  },
  {
    name: "metrics-sites",
    measures: `${SITES.toLocaleString("en")} sites, of which none, some or all have had traffic: memory in the worker, one report of it, and the text.`,
    run: async () => [0, 100, SITES].map(sitesRow),
  },
];

function countingRows(): readonly Row[] {
  const book = new MetricsBook(siteMetrics.end);
  const sites = Array.from({ length: 100 }, (_, at) => book.site(`s${at}`));
  const bare = sites.map(() => new Float64Array(siteMetrics.end));
  const seconds = Array.from({ length: 128 }, (_, at) => 0.0002 * 1.12 ** at);
  const each = (count: (site: SiteMetrics, at: number) => void) => () => {
    for (let at = 0; at < ROUNDS; at++) count(sites[at % 100] as SiteMetrics, at);
  };
  const works: Readonly<Record<string, () => void>> = {
    "bare numbers[index]++": () => {
      for (let at = 0; at < ROUNDS; at++) {
        const numbers = bare[at % 100] as Float64Array;
        numbers[at & 15] = (numbers[at & 15] ?? 0) + 1;
      }
    },
    add: each((site) => site.add(siteCells.requests.done)),
    "add bytes": each((site, at) => site.add(siteCells.bytesOut, at)),
    move: each((site, at) => site.move(siteCells.connectionsOpen, at % 2 === 0 ? 1 : -1)),
    observe: each((site, at) => site.observe(siteCells.requestSeconds, seconds[at & 127] ?? 0)),
  };
  return Object.entries(works).map(([work, run]) => {
    run(); // until the code is warm
    const times = Array.from({ length: 5 }, () => timed(run)[0]);
    return { work, "ns each": round((Math.min(...times) * 1e6) / ROUNDS) };
  });
}

function sitesRow(active: number): Row {
  const before = heapBytes();
  const book = new MetricsBook(siteMetrics.end);
  const sites = Array.from({ length: SITES }, (_, at) => book.site(`site-${at}.example.org`));
  for (const site of sites.slice(0, active)) traffic(site);
  const bytes = heapBytes() - before;
  const totals = new MetricsTotals([siteMetrics], new ManualClock(), () => true);
  const [reportMs, messages] = timed(() => [...book.report()].map((it) => JSON.stringify(it)));
  const [takeMs] = timed(() => {
    for (const it of messages) totals.take(1, JSON.parse(it));
  });
  const report = reportOver(totals);
  const [textMs, text] = timed(() => [...report.text()].join(""));
  const longest = Math.max(0, ...messages.map((it) => it.length));
  return {
    "with traffic": active,
    "bytes a site": Math.round(bytes / SITES),
    "report ms": round(reportMs),
    "largest message bytes": longest,
    "take ms": round(takeMs),
    "text ms": round(textMs),
    "text KiB": Math.round(text.length / 1024),
  };
}

function traffic(site: SiteMetrics): void {
  site.add(siteCells.connections, 3);
  site.move(siteCells.connectionsOpen, 1);
  site.add(siteCells.requests.done, 40);
  site.add(siteCells.requests.refused, 2);
  site.add(siteCells.handshakes["TLSv1.3"], 3);
  site.add(siteCells.bytesIn, 20_000);
  site.add(siteCells.bytesOut, 900_000);
  for (let at = 0; at < 42; at++) site.observe(siteCells.requestSeconds, 0.0004 * 1.2 ** at);
}

function reportOver(metrics: MetricsTotals): MetricsReport {
  const status = {
    version: "bench",
    pid: 1,
    home: "bench",
    sinceMs: 0,
    ending: false,
    revision: 1,
    pending: null,
    trial: null,
    usage: null,
    services: [],
    faults: [],
    doctor: null,
  };
  const supervisor = { controls: new Map([["www", { metrics, workersLost: 0 }]]), status: () => status };
  return new MetricsReport({ supervisor, clock: new ManualClock(), events: new EventCounts() });
}

function timed<T>(work: () => T): readonly [ms: number, value: T] {
  const begun = performance.now();
  const value = work();
  return [performance.now() - begun, value];
}

const round = (value: number): number => Math.round(value * 100) / 100;

function heapBytes(): number {
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
}
