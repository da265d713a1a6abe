import { expect, test } from "bun:test";
import fc from "fast-check";
import { ownMetrics, queueMetrics, siteCells, siteMetrics } from "./metrics.ts";
import { MetricsBook } from "./metrics-book.ts";

const own = ownMetrics(queueMetrics);
const { requestSeconds } = siteCells;
const newBook = () => new MetricsBook(own.end);
const reportOf = (book: MetricsBook) => [...book.report()].flat();

test("a report has what has changed since the one before, and sites to which nothing happened are not in it", () => {
  const book = newBook();
  const [first, second] = [book.site("first"), book.site("second")];
  first.add(siteCells.connections);
  first.add(siteCells.bytesIn, 512);
  expect(reportOf(book)).toEqual([{ name: "first", cells: [siteCells.connections, 1, siteCells.bytesIn, 512] }]);
  expect(reportOf(book)).toEqual([]);
  second.move(siteCells.connectionsOpen, 1);
  expect(reportOf(book)).toEqual([{ name: "second", cells: [siteCells.connectionsOpen, 1] }]);
  second.move(siteCells.connectionsOpen, 1);
  second.move(siteCells.connectionsOpen, -1);
  expect(reportOf(book)).toEqual([]);
});

test("a level that is set is reported as the difference, and goes back to nothing with its site", () => {
  const book = newBook();
  const site = book.site("a");
  site.set(own.cells.queueLength, 7);
  site.set(own.cells.queueLength, 5);
  expect(reportOf(book)).toEqual([{ name: "a", cells: [own.cells.queueLength, 5] }]);
  site.set(own.cells.queueLength, 6);
  expect(reportOf(book)).toEqual([{ name: "a", cells: [own.cells.queueLength, 1] }]);
  site.end();
  expect(reportOf(book)).toEqual([{ name: "a", cells: [own.cells.queueLength, -6] }]);
  site.end();
  expect(reportOf(book)).toEqual([]);
});

test("a number that is none spoils neither its report nor what comes after", () => {
  const book = newBook();
  const site = book.site("a");
  site.add(siteCells.bytesIn, Number.NaN);
  site.set(own.cells.queueAge, Number.POSITIVE_INFINITY);
  site.add(siteCells.connections);
  expect(reportOf(book)).toEqual([{ name: "a", cells: [siteCells.connections, 1] }]);
  site.add(siteCells.bytesIn, 3);
  site.set(own.cells.queueAge, 4);
  expect(reportOf(book)).toEqual([{ name: "a", cells: [siteCells.bytesIn, 3, own.cells.queueAge, 4] }]);
});

test("a time falls under the first bound that is not below it", () => {
  const { at, bounds } = requestSeconds;
  const inOrder = (seconds: number) => bounds.findIndex((bound) => seconds <= bound);
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(0, ...bounds), fc.double({ min: 1e-6, max: 1000, noNaN: true })),
      (seconds) => {
        const book = newBook();
        book.service.observe(requestSeconds, seconds);
        const bucket = inOrder(seconds) < 0 ? bounds.length : inOrder(seconds);
        const sum = seconds === 0 ? [] : [at, seconds];
        expect(reportOf(book)).toEqual([{ name: "", cells: [...sum, at + 1 + bucket, 1] }]);
      },
    ),
  );
});

test("ten thousand sites to which something happened make reports of a size that a pipe likes", () => {
  const book = newBook();
  for (let at = 0; at < 10_000; at++) book.site(`s${at}`).add(siteCells.connections);
  const reports = [...book.report()];
  expect(reports.flat()).toHaveLength(10_000);
  for (const report of reports) expect(JSON.stringify(report).length).toBeLessThan(64 * 1024);
});

test("the numbers of a site take less than a kilobyte", () => {
  expect(siteMetrics.end * Float64Array.BYTES_PER_ELEMENT).toBeLessThan(1024);
});
