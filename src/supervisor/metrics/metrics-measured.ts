// The numbers of one site as data: what has counted nothing is left out, and times come with the quantiles that people
// ask for. Pure.
import type { Metric, Placed } from "../../net/metrics/metric.ts";
import type { Values } from "../../net/metrics/metrics-totals.ts";
import { quantile } from "../../net/metrics/quantile.ts";
import type { Measured, MeasuredSite, MeasuredTimes } from "./metrics-answer.ts";

export function measuredOf(rows: readonly Placed[], values: Values): MeasuredSite["metrics"] {
  const measured: Record<string, Measured> = {};
  for (const { metric, at } of rows) {
    const it = measuredAt(metric, at, values);
    if (it !== undefined) measured[metric.name] = it;
  }
  return measured;
}

function measuredAt(metric: Metric, at: number, values: Values): Measured | undefined {
  switch (metric.kind) {
    case "counter":
    case "gauge":
      return values[at] ?? 0;
    case "split-counter": {
      const counts = metric.values.map((value, index) => [value, values[at + index] ?? 0] as const);
      return counts.some(([, count]) => count !== 0) ? Object.fromEntries(counts) : undefined;
    }
    case "histogram":
      return timesOf(metric.bounds, at, values);
    default:
      return metric satisfies never;
  }
}

function timesOf(bounds: readonly number[], at: number, values: Values): MeasuredTimes | undefined {
  const counts = [...values.subarray(at + 1, at + bounds.length + 2)];
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => quantile(part, bounds, counts));
  if (typeof p50 !== "number" || typeof p95 !== "number" || typeof p99 !== "number") return undefined;
  return { bounds, counts, sumSeconds: values[at] ?? 0, p50, p95, p99 };
}
