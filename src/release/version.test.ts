import { expect, test } from "bun:test";
import { compareVersions, readVersion } from "./version.ts";

test("versions are numbers, with hotfixes in their order", () => {
  expect(readVersion("0.2.0")).toEqual({ core: [0, 2, 0], hotfixes: [] });
  expect(readVersion("10.2.33+fix1.smtp-tls")).toEqual({ core: [10, 2, 33], hotfixes: ["fix1", "smtp-tls"] });
});

test.each([
  "",
  "1",
  "1.2",
  "01.2.3",
  "1.2.3-beta",
  "1.2.3+",
  "1.2.3+a..b",
  "1.2.3+a.a",
  "1.2.3+A",
  "1.2.3/..",
  "../1.2.3",
  "1.2.3\n",
])("%j is no version", (text) => expect(readVersion(text)).toBeUndefined());

test("they sort by number, then the base before what has more hotfixes on it", () => {
  const sorted = ["0.2.0", "0.2.0+a", "0.2.0+b", "0.2.0+a.b", "0.2.1", "0.10.0", "1.0.0", "no version"];
  expect(sorted.toReversed().sort(compareVersions).slice(1)).toEqual(sorted.slice(0, -1));
});
