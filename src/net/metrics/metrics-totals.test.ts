import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "../../base/clock.ts";
import { ownMetrics, queueMetrics, siteCells, siteMetrics } from "./metrics.ts";
import { MetricsBook } from "./metrics-book.ts";
import { MetricsTotals, REMOVED_KEPT_MS } from "./metrics-totals.ts";

const own = ownMetrics(queueMetrics);
const { connections, connectionsOpen, requestSeconds } = siteCells;

function newTotals(sites: readonly string[] = ["a", "b"]) {
  const clock = new ManualClock();
  const known = new Set(sites);
  return { clock, known, totals: new MetricsTotals([siteMetrics, own], clock, (site) => known.has(site)) };
}

test("whatever workers come and go, counters are the sum of all, and gauges of those that live", () => {
  const site = fc.constantFrom("a", "b");
  const worker = fc.nat(2);
  const step = fc.oneof(
    fc.record({ is: fc.constant("add" as const), worker, site, by: fc.nat(1000) }),
    fc.record({ is: fc.constant("open" as const), worker, site }),
    fc.record({ is: fc.constant("observe" as const), worker, site, by: fc.constantFrom(0.001, 0.3, 100) }),
    fc.record({ is: fc.constant("report" as const), worker }),
    fc.record({ is: fc.constant("replace" as const), worker }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { totals } = newTotals();
      const fresh = () => {
        const book = new MetricsBook(own.end);
        return { book, a: book.site("a"), b: book.site("b"), open: { a: 0, b: 0 } };
      };
      const workers = [fresh(), fresh(), fresh()];
      const sum = { a: { bytes: 0, seen: 0 }, b: { bytes: 0, seen: 0 } };
      let before = totals.values();
      const report = (at: number) => {
        for (const it of workers[at]?.book.report() ?? []) expect(totals.take(at, it)).toBeUndefined();
      };
      for (const it of steps) {
        const from = workers[it.worker] ?? fresh();
        if (it.is === "add") from[it.site].add(siteCells.bytesOut, it.by);
        if (it.is === "add") sum[it.site as "a"].bytes += it.by;
        if (it.is === "open") from[it.site].move(connectionsOpen, 1);
        if (it.is === "open") from.open[it.site as "a"]++;
        if (it.is === "observe") from[it.site].observe(requestSeconds, it.by);
        if (it.is === "observe") sum[it.site as "a"].seen++;
        if (it.is === "report" || it.is === "replace") report(it.worker);
        if (it.is === "replace") {
          totals.gone(it.worker);
          workers[it.worker] = fresh();
        }
        const now = totals.values();
        for (const [name, values] of before)
          values.forEach((value, cell) => {
            if (cell !== connectionsOpen) expect(now.get(name)?.[cell]).toBeGreaterThanOrEqual(value);
          });
        before = now;
      }
      for (const at of workers.keys()) report(at);
      for (const name of ["a", "b"] as const) {
        const values = totals.values().get(name) ?? new Float64Array(own.end);
        expect(values[siteCells.bytesOut]).toBe(sum[name].bytes);
        expect(values[connectionsOpen]).toBe(workers.reduce((all, it) => all + it.open[name], 0));
        const { at, bounds } = requestSeconds;
        expect(values.subarray(at + 1, at + bounds.length + 2).reduce((all, it) => all + it, 0)).toBe(sum[name].seen);
      }
    }),
  );
});

test("of the ages that several workers tell the oldest counts", () => {
  const { totals } = newTotals();
  totals.take(1, [{ name: "a", cells: [own.cells.queueAge, 5] }]);
  totals.take(2, [{ name: "a", cells: [own.cells.queueAge, 30] }]);
  expect(totals.values().get("a")?.[own.cells.queueAge]).toBe(30);
  totals.gone(2);
  expect(totals.values().get("a")?.[own.cells.queueAge]).toBe(5);
});

test.each([
  ["a counter goes down", [connections, -1], "would go down"],
  ["a number is not in the list", [own.end, 1], `no number ${own.end}`],
  ["a number is before the list", [-1, 1], "no number -1"],
  ["a number lies between two", [0.5, 1], "no number 0.5"],
  ["a value is missing", [connections], "has no value"],
  ["a value is none", [connections, Number.NaN], "has no value"],
  ["a value has no end", [connections, Number.POSITIVE_INFINITY], "has no value"],
] as const)("a report in which %s counts not at all, not even what is right in it", (_, cells, flaw) => {
  const { totals } = newTotals();
  const report = [
    { name: "a", cells: [connections, 1] },
    { name: "b", cells },
  ];
  expect(totals.take(1, report)).toContain(flaw);
  expect(totals.values().size).toBe(0);
});

test("no worker can make up a site", () => {
  const { totals } = newTotals();
  expect(totals.take(1, [{ name: "made-up", cells: [connections, 1] }])).toBeUndefined();
  expect(totals.values().size).toBe(0);
});

test("what belongs to no site is counted under the empty name", () => {
  const { totals } = newTotals([]);
  totals.take(1, [{ name: "", cells: [connections, 1] }]);
  expect(totals.values().get("")?.[connections]).toBe(1);
});

test("a removed site is told for a while with what its last connections did, and is gone then", () => {
  const { totals, clock, known } = newTotals();
  totals.take(1, [{ name: "a", cells: [connections, 1, connectionsOpen, 1] }]);
  known.delete("a");
  totals.remove("a");
  clock.advance(REMOVED_KEPT_MS - 1);
  totals.take(1, [{ name: "a", cells: [connections, 1, connectionsOpen, -1] }]);
  expect(totals.values().get("a")?.[connections]).toBe(2);
  clock.advance(1);
  expect(totals.values().has("a")).toBeFalse();
  totals.take(1, [{ name: "a", cells: [connections, 1] }]);
  expect(totals.values().has("a")).toBeFalse();
});

test("a site that comes back within that time goes on counting", () => {
  const { totals, clock, known } = newTotals();
  totals.take(1, [{ name: "a", cells: [connections, 1] }]);
  known.delete("a");
  totals.remove("a");
  known.add("a");
  totals.take(2, [{ name: "a", cells: [connections, 1] }]);
  clock.advance(REMOVED_KEPT_MS);
  expect(totals.values().get("a")?.[connections]).toBe(2);
});
