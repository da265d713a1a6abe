// All metrics of the server at one moment, as the text that Prometheus reads and as data. It gathers what the services
// and the supervisor have counted, and counts nothing itself.
import type { Clock } from "../../base/clock.ts";
import { expositionText, type Family, labelText, lineOf, linesOf } from "../../net/metrics/exposition.ts";
import type { Metric, Placed } from "../../net/metrics/metric.ts";
import type { MetricsTotals, Values } from "../../net/metrics/metrics-totals.ts";
import type { ServerStatus } from "../answers.ts";
import type { MeasuredSeries, MeasuredSite, MetricsAnswer } from "./metrics-answer.ts";
import { measuredOf } from "./metrics-measured.ts";
import { type CertificateEnd, type EventCounts, type OwnState, ownMetrics } from "./metrics-own.ts";

/** The supervisor, and of each of its services what is measured. */
export interface Measurable {
  readonly controls: ReadonlyMap<string, { readonly metrics: MetricsTotals; readonly workersLost: number }>;
  status(): ServerStatus;
}

export interface MetricsParts {
  readonly supervisor: Measurable;
  readonly clock: Clock;
  readonly events: EventCounts;
  /** Every certificate that is served. */
  certificates?(): Iterable<CertificateEnd>;
}

/** Without a name: all of them. */
export interface MetricsFilter {
  readonly service?: string;
  readonly site?: string;
}

interface SiteState {
  readonly service: string;
  readonly site: string;
  readonly labels: string;
  readonly values: Values;
}

export class MetricsReport {
  private readonly parts: MetricsParts;

  constructor(parts: MetricsParts) {
    this.parts = parts;
  }

  /** In pieces, all of the moment of the call. What is of the server itself is left out where a service is asked for. */
  text(filter: MetricsFilter = {}): Iterable<string> {
    const own = filter.service === undefined ? ownFamilies(this.ownState()) : [];
    return expositionText([...own, ...this.siteFamilies(filter)]);
  }

  answer(filter: MetricsFilter = {}): MetricsAnswer {
    const sites: MeasuredSite[] = [];
    for (const [service, rows] of this.rowsByService())
      for (const it of this.siteStates(service, filter))
        sites.push({ service, site: it.site, metrics: measuredOf(rows, it.values) });
    const server = filter.service === undefined ? ownSeries(this.ownState()) : [];
    return { atMs: this.parts.clock.wallMs(), server, sites };
  }

  private ownState(): OwnState {
    const { supervisor, clock, events, certificates } = this.parts;
    return {
      status: supervisor.status(),
      nowMs: clock.wallMs(),
      workersLost: new Map([...supervisor.controls].map(([name, control]) => [name, control.workersLost])),
      events: events.counts,
      certificates: certificates?.() ?? [],
    };
  }

  private rowsByService(): ReadonlyMap<string, readonly Placed[]> {
    const { controls } = this.parts.supervisor;
    return new Map([...controls].map(([name, { metrics }]) => [name, metrics.lists.flatMap((it) => it.placed)]));
  }

  private siteStates(service: string, filter: MetricsFilter): readonly SiteState[] {
    if (filter.service !== undefined && filter.service !== service) return [];
    const values = this.parts.supervisor.controls.get(service)?.metrics.values() ?? new Map<string, Values>();
    return [...values]
      .filter(([site]) => filter.site === undefined || filter.site === site)
      .map(([site, its]) => ({ service, site, labels: labelText({ service, site }), values: its }));
  }

  /** The same metric of several services is one family; Prometheus wants it in one place. */
  private siteFamilies(filter: MetricsFilter): readonly Family[] {
    const byName = new Map<string, { readonly metric: Metric; readonly parts: (() => Iterable<string>)[] }>();
    for (const [service, rows] of this.rowsByService()) {
      const states = this.siteStates(service, filter);
      for (const { metric, at } of rows) {
        const family = byName.get(metric.name) ?? { metric, parts: [] };
        byName.set(metric.name, family);
        family.parts.push(() => seriesOf(metric, at, states));
      }
    }
    return [...byName.values()].map(({ metric, parts }) => ({
      name: metric.name,
      kind: metric.kind === "split-counter" ? "counter" : metric.kind,
      doc: metric.doc,
      lines: oneAfterTheOther(parts),
    }));
  }
}

function* seriesOf(metric: Metric, at: number, states: readonly SiteState[]): Generator<string> {
  for (const { labels, values } of states) yield* linesOf(metric, at, labels, values);
}

function* oneAfterTheOther(parts: readonly (() => Iterable<string>)[]): Generator<string> {
  for (const part of parts) yield* part();
}

const ownFamilies = (state: OwnState): readonly Family[] =>
  ownMetrics.map(({ name, kind, doc, series }) => ({
    name,
    kind,
    doc,
    lines: [...series(state)].map(({ labels, value }) => lineOf(name, labelText(labels), value)),
  }));

const ownSeries = (state: OwnState): readonly MeasuredSeries[] =>
  ownMetrics.flatMap(({ name, series }) => [...series(state)].map((it) => ({ name, ...it })));
