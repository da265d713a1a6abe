import { expect, test } from "bun:test";
import { catalogue, catalogueFlaws } from "./catalogue.ts";
import { event } from "./event.ts";
import { logEvents } from "./events.ts";

const opened = event(6001, "info", "site", "{object} is open.");

test("rows of all rooms come in the order of their numbers and are found by number", () => {
  const all = catalogue({ smtp: { opened }, event: logEvents });
  const numbers = all.entries.map(({ row }) => row.number);
  expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  expect(numbers).toHaveLength(Object.keys(logEvents).length + 1);
  expect(all.get(6001)).toEqual({ room: "smtp", name: "opened", row: opened });
  expect(all.get(1)).toBeUndefined();
});

test("one number for two rows stops the program and names both", () => {
  const other = event(6001, "info", "file", "{object} was read.");
  expect(() => catalogue({ smtp: { opened }, ftp: { other } })).toThrow("event 6001 is both smtp.opened and ftp.other");
});

test("a row that helps nobody is named", () => {
  const bare = event(1, "error", "site", "{object} broke.");
  const unfilled = event(2, "warning", "site", "{object} broke.", "See {file}.");
  expect(catalogueFlaws(catalogue({ a: { bare, unfilled } }))).toEqual([
    "event 1 (a.bare) has no remedy",
    "event 1 (a.bare) has no article",
    "event 2 (a.unfilled) asks for {file} in its remedy only",
  ]);
});

test("the rows of the log itself are complete and within their block of numbers", () => {
  const own = catalogue({ event: logEvents });
  expect(catalogueFlaws(own)).toEqual([]);
  expect(own.entries.every(({ row }) => row.number >= 3100 && row.number <= 3199)).toBe(true);
});
