// What a metric is: a row with its name, its meaning, and the cells that its values have in the numbers of a site. It
// counts nothing; a row that is told with labels says all their values, so that no peer can make new ones.

export type Unit = "count" | "bytes" | "seconds";

interface Row {
  /** As Prometheus wants it: what is measured, its unit, and `_total` for what only grows. */
  readonly name: string;
  readonly unit: Unit;
  /** One sentence. */
  readonly doc: string;
}

/** Only grows. */
export interface Counter extends Row {
  readonly kind: "counter";
}

/** One counter for each value of a label. */
export interface SplitCounter<Value extends string = string> extends Row {
  readonly kind: "split-counter";
  readonly label: string;
  readonly values: readonly Value[];
}

/** Goes up and down. What several workers say of one site is added up, or only the largest counts. */
export interface Gauge extends Row {
  readonly kind: "gauge";
  readonly together: "sum" | "max";
}

/** How often a length of time was at most each of the bounds, in seconds that grow. */
export interface Histogram extends Row {
  readonly kind: "histogram";
  readonly bounds: readonly number[];
}

export type Metric = Counter | SplitCounter | Gauge | Histogram;
export type Metrics = Readonly<Record<string, Metric>>;

export const counter = (name: string, doc: string, unit: Unit = "count"): Counter => ({
  kind: "counter",
  name,
  unit,
  doc,
});

export const splitCounter = <const Value extends string>(
  name: string,
  label: string,
  values: readonly Value[],
  doc: string,
): SplitCounter<Value> => ({ kind: "split-counter", name, unit: "count", label, values, doc });

export const gauge = (
  name: string,
  doc: string,
  { unit = "count", together = "sum" }: Partial<Pick<Gauge, "unit" | "together">> = {},
): Gauge => ({ kind: "gauge", name, unit, doc, together });

export const histogram = (name: string, bounds: readonly number[], doc: string): Histogram => ({
  kind: "histogram",
  name,
  unit: "seconds",
  bounds,
  doc,
});

declare const cell: unique symbol;
/** Where a counter or a gauge has its number. Only `metricList` makes one, so that no index is made up. */
export type Cell<Kind extends "counter" | "gauge"> = number & { readonly [cell]: Kind };
/** Where a histogram begins: the sum, one cell for each bound, and one for what is beyond. */
export interface HistogramCells {
  readonly at: number;
  readonly bounds: readonly number[];
}

type CellsOf<M> =
  M extends SplitCounter<infer Value>
    ? { readonly [V in Value]: Cell<"counter"> }
    : M extends Histogram
      ? HistogramCells
      : M extends Gauge
        ? Cell<"gauge">
        : Cell<"counter">;

export interface Placed {
  readonly metric: Metric;
  /** Its first cell. */
  readonly at: number;
}

/** Rows with their places. Both sides of the pipe read the same list, as they are of one release. */
export interface MetricList<M extends Metrics = Metrics> {
  readonly placed: readonly Placed[];
  readonly cells: { readonly [Key in keyof M]: CellsOf<M[Key]> };
  /** For those who read what was counted. */
  readonly names: { readonly [Key in keyof M]: string };
  /** The first cell behind the list. */
  readonly end: number;
}

/** `from` is the end of the list before it. */
export function metricList<const M extends Metrics>(metrics: M, from = 0): MetricList<M> {
  const placed: Placed[] = [];
  const cells: Record<string, unknown> = {};
  const names: Record<string, string> = {};
  let end = from;
  for (const [key, metric] of Object.entries(metrics)) {
    placed.push({ metric, at: end });
    cells[key] = cellsOf(metric, end);
    names[key] = metric.name;
    end += widthOf(metric);
  }
  return { placed, cells: cells as MetricList<M>["cells"], names: names as MetricList<M>["names"], end };
}

export function widthOf(metric: Metric): number {
  switch (metric.kind) {
    case "counter":
    case "gauge":
      return 1;
    case "split-counter":
      return metric.values.length;
    case "histogram":
      return metric.bounds.length + 2;
    default:
      return metric satisfies never;
  }
}

function cellsOf(metric: Metric, at: number): unknown {
  if (metric.kind === "histogram") return { at, bounds: metric.bounds };
  if (metric.kind !== "split-counter") return at;
  return Object.fromEntries(metric.values.map((value, index) => [value, at + index]));
}
