// The shapes in which metrics.show answers, for those who show them. Data only.

export interface MetricsAnswer {
  readonly atMs: number;
  /** What is measured of the server itself. */
  readonly server: readonly MeasuredSeries[];
  /** Sites that something has happened to since the server started. */
  readonly sites: readonly MeasuredSite[];
}

export interface MeasuredSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MeasuredSite {
  readonly service: string;
  /** "" for what belongs to no site, such as a connection to an address where none answers. */
  readonly site: string;
  /** By the name that Prometheus knows it under; what has counted nothing is left out. */
  readonly metrics: Readonly<Record<string, Measured>>;
}

/** A number; one for each value of the label; or how long things took. */
export type Measured = number | Readonly<Record<string, number>> | MeasuredTimes;

export interface MeasuredTimes {
  /** In seconds, growing. */
  readonly bounds: readonly number[];
  /** How many took at most so long and longer than the bound before; the last one is for what is beyond all. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
  /** Half of all, 95 and 99 of a hundred took at most so many seconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}
