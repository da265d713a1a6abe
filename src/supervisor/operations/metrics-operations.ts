// What can be asked of the metrics of a server that runs: as data, and as the text that Prometheus reads.

import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { text } from "../../schema/kinds/plain.ts";
import type { Measurable, MetricsFilter, MetricsReport } from "../metrics/metrics-report.ts";
import { type Given, type Operation, optional, plain, type Refusal, refusal } from "../operation.ts";

export interface Measuring {
  readonly supervisor: Measurable;
  readonly metrics: MetricsReport;
}

const takes = {
  service: optional(text({ min: 1, max: 64 }), "Only this service; without it all, and the server itself."),
  site: optional(text({ min: 1, max: 255 }), "Only this site of it."),
};

export const metricsOperations: readonly Operation<Measuring>[] = [
  {
    name: "metrics.show",
    reads: true,
    doc: "What was counted since the server started, by service and site: connections, requests, bytes, times, failures.",
    takes,
    run({ supervisor, metrics }, given) {
      const filter = filterOf(supervisor, given);
      return filter.ok ? good(plain(metrics.answer(filter.value))) : filter;
    },
  },
  {
    name: "metrics.text",
    reads: true,
    doc: "The same in the text format of Prometheus, version 0.0.4.",
    takes,
    run({ supervisor, metrics }, given) {
      const filter = filterOf(supervisor, given);
      return filter.ok ? good({ text: [...metrics.text(filter.value)].join("") }) : filter;
    },
  },
];

function filterOf(supervisor: Measurable, { service, site }: Given): Result<MetricsFilter, Refusal> {
  if (service === undefined) {
    if (site === undefined) return good({});
    return bad(refusal("wrong", `Of which service is the site ${String(site)}? Name it too`));
  }
  const name = String(service);
  const control = supervisor.controls.get(name);
  if (control === undefined) {
    const names = [...supervisor.controls.keys()];
    const known = `${didYouMean(name, names)}; there are ${names.join(", ")}`;
    return bad(refusal("unknown", `There is no service ${name}${known}`));
  }
  if (site === undefined) return good({ service: name });
  const wanted = String(site);
  if (control.metrics.has(wanted)) return good({ service: name, site: wanted });
  return bad(refusal("unknown", `${name} has no site ${wanted}`));
}
