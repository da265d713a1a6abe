import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { problemSentence } from "../../schema/decode.ts";
import { testModel } from "../testing/model.ts";
import { decodeName, encodeName, locate, locateNode, locateSetting, nameOf, shapeOf, siteOf } from "./path.ts";

const refused = (path: string): string => {
  const found = locate(testModel, path);
  return found.ok ? "found" : problemSentence(found.error);
};

test("a path leads to a node, a collection or a setting", () => {
  const kinds = ["smtp", "smtp/sites", "smtp/sites/a", "smtp/sites/a/domains/x.org/smartHost", "smtp/relay"];
  expect(kinds.map((it) => expectGood(locate(testModel, it)).is)).toEqual([
    "node",
    "collection",
    "node",
    "setting",
    "setting",
  ]);
});

test("the spelling of a path is one, whatever was typed", () => {
  expect(expectGood(locateNode(testModel, "smtp/sites/a/domains/Bücher.EXAMPLE.")).path).toBe(
    "smtp/sites/a/domains/xn--bcher-kva.example",
  );
  expect(expectGood(locateNode(testModel, "smtp/sites/a%2fb")).path).toBe("smtp/sites/a%2Fb");
});

test("a place knows its shape and its site", () => {
  const { of } = expectGood(locateSetting(testModel, "smtp/sites/a/domains/x.org/smartHost"));
  expect([shapeOf(of), siteOf(of)?.path]).toEqual(["smtp/sites/<name>/domains/<name>", "smtp/sites/a"]);
});

test("what is not known is refused with the nearest that is", () => {
  expect(refused("smpt")).toBe('There is no section "smpt"; there are certificate, smtp, www (did you mean "smtp"?)');
  expect(refused("smtp/site")).toBe('smtp has no setting "site" (did you mean "sites"?)');
  expect(refused("smtp/sites/a/binding")).toContain('(did you mean "bindings"?)');
  expect(refused("smtp/relay/x")).toContain('smtp has no setting "relay"');
  for (const path of ["", "/", "smtp/", "smtp//", "smtp/sites/", "smtp/sites/a/", "constructor", "smtp/toString"])
    expect(refused(path)).not.toBe("found");
  for (const name of ["", "a%", "a%20b", "a\u0000b", "\ud800", "x".repeat(256)])
    expect(refused(`smtp/sites/${name}`)).toContain("an entry of smtp/sites");
});

describe("names", () => {
  test("any name survives a path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
        expect(decodeName(encodeName(name))).toBe(name);
        expect(nameOf(`smtp/sites/${encodeName(name)}`)).toBe(name);
      }),
    );
  });

  test("any text is a place with one spelling, or a problem, and never throws", () => {
    const steps = fc.constantFrom("smtp", "sites", "a", "domains", "x.org", "", "relay", "%2F", "%", "😀", "..");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(steps).map((it) => it.join("/")),
        ),
        (path) => {
          const found = locate(testModel, path);
          if (found.ok) expect(expectGood(locate(testModel, found.value.place.path))).toEqual(found.value);
        },
      ),
      { numRuns: 500 },
    );
  });
});
