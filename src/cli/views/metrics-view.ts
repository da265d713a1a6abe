// What was counted, as a table: each service with the sums of its sites, and the busiest of these below it. Lines only;
// nothing is asked or printed here.
import { siteMetrics } from "../../net/metrics/metrics.ts";
import { quantile } from "../../net/metrics/quantile.ts";
import type { MeasuredSite, MeasuredTimes, MetricsAnswer } from "../../supervisor/metrics/metrics-answer.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { shortSize } from "../look/moment.ts";
import { type Column, tableLines } from "../look/table.ts";

export interface MetricsLook {
  readonly width: number | undefined;
  /** Every site, however many. */
  readonly all: boolean;
  /** An earlier answer: what has happened since is shown, per second. */
  readonly since?: MetricsAnswer | undefined;
}

/** What the table shows of a site, a service, or a span of time. */
interface Numbers {
  readonly open: number;
  readonly connections: number;
  readonly turnedAway: number;
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

interface Row {
  readonly name: string;
  readonly numbers: Numbers;
}

/** A service with more sites shows the busiest. */
const SITES_SHOWN_MAX = 20;

export function metricsLines(answer: MetricsAnswer, look: MetricsLook): readonly Line[] {
  const { since } = look;
  const seconds = since === undefined ? undefined : Math.max(0.001, (answer.atMs - since.atMs) / 1000);
  const before = new Map((since?.sites ?? []).map((it) => [nameOf(it), numbersOf(it)]));
  const byService = new Map<string, Row[]>();
  for (const it of answer.sites) {
    const name = nameOf(it);
    const numbers = minus(numbersOf(it), before.get(name));
    const rows = byService.get(it.service) ?? [];
    rows.push({ name, numbers });
    byService.set(it.service, rows);
  }
  if (byService.size === 0) return ["Nothing was counted yet: no client has come."];
  const rows = [...byService].flatMap(([service, sites]) => serviceRows(service, sites, look.all, seconds));
  const table = tableLines(seconds === undefined ? columns : columnsPerSecond, rows, look.width);
  const hides = !look.all && [...byService.values()].some((it) => it.length > SITES_SHOWN_MAX + 1);
  return hides ? [...table, "", toned("dim", "Every site by its name: inetsrv metrics --all")] : table;
}

const columns: readonly Column[] = [
  { title: "Name", yields: 1 },
  { title: "Open", align: "right" },
  { title: "Conns", align: "right", leaves: 3 },
  { title: "Away", align: "right", leaves: 1 },
  { title: "Requests", align: "right" },
  { title: "Refused", align: "right", leaves: 5 },
  { title: "Failed", align: "right" },
  { title: "In", align: "right", leaves: 4 },
  { title: "Out", align: "right", leaves: 2 },
  { title: "p50", align: "right", leaves: 6 },
  { title: "p95", align: "right" },
  { title: "p99", align: "right", leaves: 7 },
];
const rates: ReadonlySet<string> = new Set(["Conns", "Away", "Requests", "Refused", "Failed", "In", "Out"]);
const columnsPerSecond = columns.map((it) => (rates.has(it.title) ? { ...it, title: `${it.title}/s` } : it));

const nameOf = ({ service, site }: MeasuredSite): string => (site === "" ? service : `${service}/${site}`);

function serviceRows(
  service: string,
  sites: readonly Row[],
  all: boolean,
  seconds: number | undefined,
): readonly (readonly Span[])[] {
  const named = sites.filter((it) => it.name !== service);
  const busiest = named.toSorted((left, right) => busy(right.numbers) - busy(left.numbers));
  const shown = all ? busiest : busiest.slice(0, SITES_SHOWN_MAX);
  const others = busiest.slice(shown.length);
  return [
    cellsOf(toned("strong", service), sumOf(sites), seconds),
    ...shown.map((it) => cellsOf(it.name, it.numbers, seconds)),
    ...(others.length === 0 ? [] : [cellsOf(`${whole(others.length)} more`, sumOf(others), seconds)]),
  ];
}

const sumOf = (rows: readonly Row[]): Numbers => rows.map((it) => it.numbers).reduce(plus);
const busy = ({ requests, connections }: Numbers): number => requests + connections;

function cellsOf(name: Span, it: Numbers, seconds: number | undefined): readonly Span[] {
  const many = (value: number): string => (seconds === undefined ? whole(value) : perSecond(value / seconds));
  const size = (value: number): string => shortSize(value / (seconds ?? 1));
  const times = [0.5, 0.95, 0.99].map((part) => shortTime(quantile(part, it.bounds, it.counts)));
  const failed = it.failed === 0 ? many(0) : toned("bad", many(it.failed));
  const { open, connections, turnedAway, requests, refused, bytesIn, bytesOut } = it;
  return [
    name,
    whole(open),
    many(connections),
    many(turnedAway),
    many(requests),
    many(refused),
    failed,
    size(bytesIn),
    size(bytesOut),
    ...times,
  ];
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const perSecond = (value: number): string => (value < 10 ? value.toFixed(1) : whole(value));

/** "0.4 ms", "12 ms", "1.5 s"; empty where nothing was measured. */
export function shortTime(seconds: number | null): string {
  if (seconds === null) return "";
  const milliseconds = seconds * 1000;
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

function numbersOf({ metrics }: MeasuredSite): Numbers {
  const { names } = siteMetrics;
  const number = (name: string): number => (typeof metrics[name] === "number" ? metrics[name] : 0);
  const split = (name: string) => (metrics[name] ?? {}) as Readonly<Record<string, number>>;
  const sum = (of: Readonly<Record<string, number>>): number => Object.values(of).reduce((all, it) => all + it, 0);
  const outcomes = split(names.requests);
  const times = metrics[names.requestSeconds] as MeasuredTimes | undefined;
  const { refused = 0, failed = 0 } = outcomes;
  return {
    open: number(names.connectionsOpen),
    connections: number(names.connections),
    turnedAway: sum(split(names.connectionsRefused)),
    requests: sum(outcomes),
    refused,
    failed,
    bytesIn: number(names.bytesIn),
    bytesOut: number(names.bytesOut),
    bounds: times?.bounds ?? [],
    counts: times?.counts ?? [],
  };
}

function plus(left: Numbers, right: Numbers): Numbers {
  const { bounds, counts } = left.counts.length === 0 ? right : left;
  const other = left.counts.length === 0 ? [] : right.counts;
  return {
    open: left.open + right.open,
    connections: left.connections + right.connections,
    turnedAway: left.turnedAway + right.turnedAway,
    requests: left.requests + right.requests,
    refused: left.refused + right.refused,
    failed: left.failed + right.failed,
    bytesIn: left.bytesIn + right.bytesIn,
    bytesOut: left.bytesOut + right.bytesOut,
    bounds,
    counts: counts.map((it, at) => it + (other[at] ?? 0)),
  };
}

/** What has happened in between. A server that was started anew has begun at nothing, and so does this. */
function minus(now: Numbers, before: Numbers | undefined): Numbers {
  if (before === undefined) return now;
  const grown = (key: Exclude<keyof Numbers, "bounds" | "counts">): number => Math.max(0, now[key] - before[key]);
  return {
    ...now,
    connections: grown("connections"),
    turnedAway: grown("turnedAway"),
    requests: grown("requests"),
    refused: grown("refused"),
    failed: grown("failed"),
    bytesIn: grown("bytesIn"),
    bytesOut: grown("bytesOut"),
    counts: now.counts.map((it, at) => Math.max(0, it - (before.counts[at] ?? 0))),
  };
}
