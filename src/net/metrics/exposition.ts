// Metrics as the text that Prometheus reads, version 0.0.4 of its format, in pieces: with ten thousand sites the whole
// would be large. Pure; what the numbers are is the caller's matter.
import type { Metric } from "./metric.ts";
import type { Values } from "./metrics-totals.ts";

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One metric with all its series. */
export interface Family {
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly doc: string;
  readonly lines: Iterable<string>;
}

const PIECE_LENGTH = 64 * 1024;

export function* expositionText(families: Iterable<Family>): Generator<string> {
  let piece = "";
  for (const { name, kind, doc, lines } of families) {
    let told = false;
    for (const line of lines) {
      if (!told) piece += `# HELP ${name} ${escapeDoc(doc)}\n# TYPE ${name} ${kind}\n`;
      told = true;
      piece += `${line}\n`;
      if (piece.length < PIECE_LENGTH) continue;
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

/** `service="smtp",site="default"`: written once for each site, however many series it has. */
export const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([label, value]) => `${label}="${escapeLabel(value)}"`)
    .join(",");

/** One series of a counter or a gauge. */
export const lineOf = (name: string, labels: string, value: number): string =>
  labels === "" ? `${name} ${value}` : `${name}{${labels}} ${value}`;

/**
 * The series of one metric at one site. A split counter that has counted nothing at all and a histogram that has seen
 * nothing are left out: a site has dozens of them. Once one has counted, all its series are there, as Prometheus sees
 * no increase in a series that begins with its first count.
 */
export function* linesOf(metric: Metric, at: number, labels: string, values: Values): Generator<string> {
  const { name } = metric;
  switch (metric.kind) {
    case "counter":
      yield lineOf(name, labels, values[at] ?? 0);
      return;
    case "gauge":
      yield lineOf(name, labels, values[at] ?? 0);
      return;
    case "split-counter": {
      const counted = values.subarray(at, at + metric.values.length);
      if (counted.every((it) => it === 0)) return;
      for (const [index, value] of metric.values.entries())
        yield lineOf(name, `${labels},${metric.label}="${escapeLabel(value)}"`, counted[index] ?? 0);
      return;
    }
    case "histogram": {
      let below = 0;
      const lines = [...metric.bounds, "+Inf"].map((bound, index) => {
        below += values[at + 1 + index] ?? 0;
        return lineOf(`${name}_bucket`, `${labels},le="${bound}"`, below);
      });
      if (below === 0) return;
      yield* lines;
      yield lineOf(`${name}_sum`, labels, values[at] ?? 0);
      yield lineOf(`${name}_count`, labels, below);
      return;
    }
    default:
      metric satisfies never;
  }
}

const escapeDoc = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapeLabel = (text: string): string => escapeDoc(text).replaceAll('"', '\\"');
