// What is measured of the server itself: one row per metric, with how its series are read from the state of the server.
// Rows only; who asks gathers the state.
import { type Level, levels, type Occurrence } from "../../event/event.ts";
import type { Sink } from "../../event/sink.ts";
import type { ServerStatus } from "../answers.ts";
import { type State, serves, states } from "../states.ts";
import type { MeasuredSeries } from "./metrics-answer.ts";

export interface OwnState {
  readonly status: ServerStatus;
  readonly nowMs: number;
  /** Workers that were lost since the server started, by service. */
  readonly workersLost: ReadonlyMap<string, number>;
  readonly events: Readonly<Record<Level, number>>;
  readonly certificates: Iterable<CertificateEnd>;
}

export interface CertificateEnd {
  readonly name: string;
  readonly validUntilMs: number;
}

type Series = Omit<MeasuredSeries, "name">;

export interface OwnMetric {
  readonly name: string;
  readonly kind: "counter" | "gauge";
  readonly doc: string;
  series(state: OwnState): Iterable<Series>;
}

const one = (value: number): readonly Series[] => [{ labels: {}, value }];

export const ownMetrics: readonly OwnMetric[] = [
  {
    name: "inetsrv_build_info",
    kind: "gauge",
    doc: "Always 1; the labels tell the version of the server and of its runtime.",
    series: ({ status }) => [{ labels: { version: status.version, bun: Bun.version }, value: 1 }],
  },
  {
    name: "inetsrv_start_time_seconds",
    kind: "gauge",
    doc: "When the server started, in seconds since 1970.",
    series: ({ status }) => one(status.sinceMs / 1000),
  },
  {
    name: "inetsrv_uptime_seconds",
    kind: "gauge",
    doc: "How long the server has been up.",
    series: ({ status, nowMs }) => one(Math.max(0, nowMs - status.sinceMs) / 1000),
  },
  {
    name: "inetsrv_configuration_revision",
    kind: "gauge",
    doc: "The revision of the configuration that is in force.",
    series: ({ status }) => one(status.revision),
  },
  {
    name: "inetsrv_faults",
    kind: "gauge",
    doc: "Things that are wrong now, as status lists them.",
    series: ({ status }) => one(faultsOf(status)),
  },
  {
    name: "inetsrv_service_up",
    kind: "gauge",
    doc: "Whether the service serves: 1 or 0.",
    series: ({ status }) => status.services.map(({ name, state }) => of(name, serves(state) ? 1 : 0)),
  },
  {
    name: "inetsrv_services",
    kind: "gauge",
    doc: "Services by their state.",
    series: ({ status }) => byState(status.services, {}),
  },
  {
    name: "inetsrv_sites",
    kind: "gauge",
    doc: "Sites of each service by their state.",
    series: ({ status }) => status.services.flatMap(({ name, sites }) => byState(sites, { service: name })),
  },
  {
    name: "inetsrv_workers",
    kind: "gauge",
    doc: "Worker processes of each service.",
    series: ({ status }) => status.services.map(({ name, workers }) => of(name, workers.length)),
  },
  {
    name: "inetsrv_workers_lost_total",
    kind: "counter",
    doc: "Workers that ended although they should not have, and were started again.",
    series: ({ workersLost }) => [...workersLost].map(([name, lost]) => of(name, lost)),
  },
  {
    name: "inetsrv_process_cpu_seconds_total",
    kind: "counter",
    doc: "Processor time of each process of the server.",
    series: ({ status }) => processes(status).map(({ labels, cpuMs }) => ({ labels, value: cpuMs / 1000 })),
  },
  {
    name: "inetsrv_process_memory_bytes",
    kind: "gauge",
    doc: "Memory that each process of the server has for itself.",
    series: ({ status }) => processes(status).map(({ labels, memoryBytes }) => ({ labels, value: memoryBytes })),
  },
  {
    name: "inetsrv_events_total",
    kind: "counter",
    doc: "Events that were written to the event log, by their level.",
    series: ({ events }) => levels.map((level) => ({ labels: { level }, value: events[level] })),
  },
  {
    name: "inetsrv_certificate_expiry_time_seconds",
    kind: "gauge",
    doc: "When each certificate ceases to be valid, in seconds since 1970.",
    series: ({ certificates }) =>
      [...certificates].map(({ name, validUntilMs }) => ({
        labels: { certificate: name },
        value: validUntilMs / 1000,
      })),
  },
];

const of = (service: string, value: number): Series => ({ labels: { service }, value });

function byState(
  things: readonly { readonly state: State }[],
  labels: Readonly<Record<string, string>>,
): readonly Series[] {
  const counts = new Map<State, number>();
  for (const { state } of things) counts.set(state, (counts.get(state) ?? 0) + 1);
  // Each state has its line, or an alert on "failed" would wait for a series that is not there.
  return states.map((state) => ({ labels: { ...labels, state }, value: counts.get(state) ?? 0 }));
}

function processes({ usage, services }: ServerStatus) {
  const workers = services.flatMap(({ name, workers: its }) => its.map((it) => ({ ...it, role: name })));
  const all = usage === null ? workers : [{ ...usage, role: "supervisor" }, ...workers];
  return all.map(({ role, pid, cpuMs, memoryBytes }) => ({ labels: { role, pid: String(pid) }, cpuMs, memoryBytes }));
}

const faultsOf = ({ faults, services }: ServerStatus): number =>
  services.reduce(
    (sum, service) =>
      sum + service.faults.length + service.sites.reduce((inside, site) => inside + site.faults.length, 0),
    faults.length,
  );

/** Beside the other sinks of the event log: how many events of each level went through. */
export class EventCounts implements Sink {
  readonly counts: Record<Level, number> = { critical: 0, error: 0, warning: 0, notice: 0, info: 0 };

  write({ level }: Occurrence): void {
    this.counts[level]++;
  }
}
