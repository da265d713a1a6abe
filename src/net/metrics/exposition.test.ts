import { expect, test } from "bun:test";
import fc from "fast-check";
import { expositionText, type Family, labelText, lineOf, linesOf } from "./exposition.ts";
import type { Metric } from "./metric.ts";
import { siteCells, siteMetrics } from "./metrics.ts";
import { MetricsBook } from "./metrics-book.ts";
import { readExposition } from "./testing/read-exposition.ts";

const family = (metric: Metric, at: number, labels: string, values: Float64Array): Family => ({
  name: metric.name,
  kind: metric.kind === "split-counter" ? "counter" : metric.kind,
  doc: metric.doc,
  lines: linesOf(metric, at, labels, values),
});

const labels = 'service="smtp",site="a"';

function textOf(count: (book: MetricsBook) => void): string {
  const book = new MetricsBook(siteMetrics.end);
  count(book);
  const values = new Float64Array(siteMetrics.end);
  for (const { cells } of [...book.report()].flat())
    for (let at = 0; at < cells.length; at += 2) values[cells[at] ?? 0] = cells[at + 1] ?? 0;
  return [...expositionText(siteMetrics.placed.map(({ metric, at }) => family(metric, at, labels, values)))].join("");
}

test("counters, gauges and histograms stand below their heads", () => {
  const text = textOf(({ service }) => {
    service.add(siteCells.connections, 3);
    service.move(siteCells.connectionsOpen, 1);
    service.add(siteCells.requests.failed);
    for (const seconds of [0.002, 0.3, 90]) service.observe(siteCells.requestSeconds, seconds);
  });
  expect(text).toContain(`# HELP inetsrv_connections_total Connections that were accepted.
# TYPE inetsrv_connections_total counter
inetsrv_connections_total{service="smtp",site="a"} 3
# HELP inetsrv_connections_open Connections that are open now.
# TYPE inetsrv_connections_open gauge
inetsrv_connections_open{service="smtp",site="a"} 1
`);
  const families = readExposition(text);
  const seconds = families.get("inetsrv_request_duration_seconds")?.series;
  expect(seconds?.get('inetsrv_request_duration_seconds_bucket{service="smtp",site="a",le="0.0025"}')).toBe(1);
  expect(seconds?.get('inetsrv_request_duration_seconds_bucket{service="smtp",site="a",le="60"}')).toBe(2);
  expect(seconds?.get('inetsrv_request_duration_seconds_count{service="smtp",site="a"}')).toBe(3);
  expect(seconds?.get('inetsrv_request_duration_seconds_sum{service="smtp",site="a"}')).toBeCloseTo(90.302, 10);
});

test("what has counted one outcome tells all of them, what has counted none tells nothing", () => {
  const families = readExposition(textOf(({ service }) => service.add(siteCells.requests.failed)));
  expect([...(families.get("inetsrv_requests_total")?.series.values() ?? [])]).toEqual([0, 0, 1, 0]);
  expect(families.has("inetsrv_logins_failed_total")).toBeFalse();
  expect(families.has("inetsrv_request_duration_seconds")).toBeFalse();
});

test("no name of a site can end its label, whatever is in it", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "é", "日", " ", '"', "\\", "\n", "\r", "{", "}", ",", "=") }),
      (name) => {
        const line = lineOf("inetsrv_x", labelText({ service: "www", site: name }), 1);
        const text = [...expositionText([{ name: "inetsrv_x", kind: "gauge", doc: "X.", lines: [line] }])].join("");
        const [series = ""] = readExposition(text).get("inetsrv_x")?.series.keys() ?? [];
        const written = series.slice('inetsrv_x{service="www",site="'.length, -'"}'.length);
        expect(written.replaceAll(/\\(.)/g, (_, it: string) => (it === "n" ? "\n" : it))).toBe(name);
      },
    ),
  );
});

test("the text comes in pieces that are whole lines", () => {
  const lines = Array.from({ length: 5000 }, (_, at) => lineOf("inetsrv_x", labelText({ site: `s${at}` }), at));
  const pieces = [...expositionText([{ name: "inetsrv_x", kind: "gauge", doc: "Two\nlines \\.", lines }])];
  expect(pieces.length).toBeGreaterThan(1);
  for (const piece of pieces) {
    expect(piece).toEndWith("\n");
    expect(piece.length).toBeLessThan(70_000);
  }
  expect(pieces.join("")).toStartWith("# HELP inetsrv_x Two\\nlines \\\\.\n# TYPE inetsrv_x gauge\n");
  expect(readExposition(pieces.join("")).get("inetsrv_x")?.series.size).toBe(5000);
});
