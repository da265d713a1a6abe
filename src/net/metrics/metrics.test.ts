import { expect, test } from "bun:test";
import { widthOf } from "./metric.ts";
import { ownMetrics, queueMetrics, siteCells, siteMetrics } from "./metrics.ts";

const own = ownMetrics(queueMetrics);
const placed = [...siteMetrics.placed, ...own.placed];

test("no two metrics share a name or a cell, and the rows of a service come behind those of all", () => {
  expect(new Set(placed.map((it) => it.metric.name)).size).toBe(placed.length);
  const cells = placed.flatMap(({ metric, at }) => Array.from({ length: widthOf(metric) }, (_, index) => at + index));
  expect(cells).toEqual(Array.from({ length: own.end }, (_, index) => index));
  expect(Number(own.cells.queueLength)).toBe(siteMetrics.end);
});

test("names tell the unit and what only grows, as Prometheus wants it, and every row says what it counts", () => {
  for (const { metric } of placed) {
    const { name, kind, unit, doc } = metric;
    expect(name).toMatch(/^inetsrv_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith("_total")).toBe(kind === "counter" || kind === "split-counter");
    if (unit !== "count") expect(name).toContain(`_${unit}`);
    expect(doc).toMatch(/^[A-Z].*\.$/);
  }
});

test("the values of a label have cells of their own, in their order", () => {
  const { done, refused, failed, aborted } = siteCells.requests;
  expect([refused, failed, aborted].map((it) => it - done)).toEqual([1, 2, 3]);
});

test("the bounds of a histogram grow", () => {
  const { bounds } = siteCells.requestSeconds;
  expect([...bounds].sort((left, right) => left - right)).toEqual([...bounds]);
  expect([bounds[0], bounds.at(-1)]).toEqual([0.0005, 60]);
});
