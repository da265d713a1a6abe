import { expect, test } from "bun:test";
import fc from "fast-check";
import { chooseCoding } from "./accept-encoding.ts";

const all = ["br", "zstd", "gzip"] as const;

test("the best of what both have is chosen", () => {
  const rows: readonly (readonly [string | undefined, string])[] = [
    [undefined, "identity"],
    ["", "identity"],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["GZIP", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip;q=1.0, br;q=0.5", "gzip"],
    ["br;q=0.5 , gzip ; q=0.8, zstd;q=0.801", "zstd"],
    ["*", "br"],
    ["br;q=0, *", "zstd"],
    ["*;q=0", "none"],
    ["*;q=0, identity", "identity"],
    ["*;q=0, gzip", "gzip"],
    ["identity;q=0", "none"],
    ["identity;q=0, gzip;q=0.1", "gzip"],
    ["identity, gzip;q=0.5", "identity"],
    ["identity;q=0.5, gzip;q=0.5", "gzip"],
    ["gzip;q=0", "identity"],
    ["compress", "identity"],
    ["gzip;q=2, br;q=0.1234, zstd;q=x", "identity"],
    ["gzip;level=9", "identity"],
    ["gzip;q=0.", "identity"],
    ["gzip;q=1.000", "gzip"],
  ];
  for (const [field, expected] of rows) expect([field, chooseCoding(field, all)] as unknown).toEqual([field, expected]);
});

test("nothing is chosen that is not offered", () => {
  expect([chooseCoding("br", ["gzip"]), chooseCoding("*;q=0.5", [])]).toEqual(["identity", "identity"]);
  const text = fc.string({ unit: fc.constantFrom("gzip", "br", "*", "identity", ";q=", "0", "1", ".", ",", " ") });
  fc.assert(
    fc.property(text, fc.subarray([...all]), (field, offered) => {
      expect([...offered, "identity", "none"]).toContain(chooseCoding(field, offered));
    }),
  );
});
