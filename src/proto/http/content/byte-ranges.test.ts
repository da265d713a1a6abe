import { expect, test } from "bun:test";
import fc from "fast-check";
import { type AskedRanges, type ByteRange, contentRange, readByteRanges, unsatisfiedRange } from "./byte-ranges.ts";
import { multipartRanges } from "./multipart-ranges.ts";

const of = (...pairs: readonly (readonly [number, number])[]): readonly ByteRange[] =>
  pairs.map(([first, last]) => ({ first, last }));

test("ranges are cut to what is there", () => {
  const rows: readonly (readonly [string, AskedRanges])[] = [
    ["bytes=0-0", of([0, 0])],
    ["bytes=9998-9999", of([9998, 9999])],
    ["bytes=00017-0018", of([17, 18])],
    ["bytes=0-", of([0, 9999])],
    ["bytes=9990-20000", of([9990, 9999])],
    ["bytes=-500", of([9500, 9999])],
    ["bytes=-20000", of([0, 9999])],
    ["Bytes=0-0, 5000-5001 ,-1", of([0, 0], [5000, 5001], [9999, 9999])],
    ["bytes=5000-5001,0-0", of([5000, 5001], [0, 0])],
    ["bytes=,0-0,,", of([0, 0])],
    ["bytes=0-0,10000-", of([0, 0])],
    ["bytes=0-99999999999999999999999", of([0, 9999])],
    ["bytes=10000-", "unsatisfiable"],
    ["bytes=99999999999999999999999-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
  ];
  for (const [field, expected] of rows) expect([field, readByteRanges(field, 10_000)]).toEqual([field, expected]);
  expect([readByteRanges("bytes=0-", 0), readByteRanges("bytes=-5", 0)]).toEqual(["unsatisfiable", "unsatisfiable"]);
});

test("what is no list of ranges is ignored", () => {
  for (const field of [
    "",
    "bytes",
    "bytes=",
    "bytes=,",
    "bytes=-",
    "bytes=a-b",
    "bytes=5-4",
    "bytes=0-1,x",
    "bytes=+1-2",
    "bytes= 0 - 1",
    "lines=0-1",
    "bytes=0-1-2",
  ])
    expect([field, readByteRanges(field, 100)]).toEqual([field, "whole"]);
});

test("ranges that overlap or nearly touch become one, where the first of them stood", () => {
  const rows: readonly (readonly [string, AskedRanges])[] = [
    ["bytes=0-99,100-199", of([0, 199])],
    ["bytes=0-99,180-199", of([0, 199])],
    ["bytes=0-99,181-199", of([0, 99], [181, 199])],
    ["bytes=5000-5099,0-9,5050-5199", of([5000, 5199], [0, 9])],
    ["bytes=0-9,10-19,20-29,30-39,40-49", of([0, 49])],
    ["bytes=0-9,2000-2009,9-2000", of([0, 2009])],
  ];
  for (const [field, expected] of rows) expect([field, readByteRanges(field, 10_000)]).toEqual([field, expected]);
});

test("what would only make work is answered whole", () => {
  expect(readByteRanges(`bytes=${"0-,".repeat(4)}`, 100)).toBe("whole");
  expect(
    readByteRanges(`bytes=${Array.from({ length: 65 }, (_, it) => `${it * 1000}-${it * 1000}`).join(",")}`, 1e6),
  ).toBe("whole");
  expect(readByteRanges(`bytes=${",".repeat(100_000)}0-1`, 1e6)).toBe("whole");
});

test("whatever is asked, each byte that was asked for is there once, and the parts are apart", () => {
  const spec = fc
    .tuple(fc.nat({ max: 600 }), fc.nat({ max: 200 }))
    .map(([first, more]) => [first, first + more] as const);
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 500 }), (specs, size) => {
      const answered = readByteRanges(`bytes=${specs.map((it) => it.join("-")).join(",")}`, size);
      const wanted = new Set(
        specs.flatMap(([first, last]) => Array.from({ length: size }, (_, at) => at).slice(first, last + 1)),
      );
      if (answered === "whole") return;
      if (answered === "unsatisfiable") return expect(wanted.size).toBe(0);
      const sent = answered.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, at) => first + at),
      );
      expect(sent.length).toBe(new Set(sent).size);
      expect([...wanted].every((at) => sent.includes(at))).toBeTrue();
      for (const { first, last } of answered) {
        expect(wanted.has(first) && wanted.has(last) && last < size).toBeTrue();
        expect(sent.includes(first - 1) || sent.includes(last + 1)).toBeFalse();
      }
    }),
    { numRuns: 1000 },
  );
});

test("ranges are told with the size of the whole", () => {
  expect([contentRange({ first: 0, last: 9 }, 100), unsatisfiedRange(100)]).toEqual(["bytes 0-9/100", "bytes */100"]);
});

test("several parts stand between boundaries, and their length is known before", () => {
  const content = "0123456789";
  const it = multipartRanges(of([0, 1], [8, 9]), { type: "text/plain", size: 10, boundary: "b1" });
  const sent = it.parts.map(({ head, range }) => head + content.slice(range.first, range.last + 1)).join("") + it.end;
  expect(it.type).toBe("multipart/byteranges; boundary=b1");
  expect(sent).toBe(
    [
      "",
      "--b1",
      "Content-Type: text/plain",
      "Content-Range: bytes 0-1/10",
      "",
      "01",
      "--b1",
      "Content-Type: text/plain",
      "Content-Range: bytes 8-9/10",
      "",
      "89",
      "--b1--",
      "",
    ].join("\r\n"),
  );
  expect(it.length).toBe(sent.length);
  expect(() => multipartRanges([], { type: "", size: 0, boundary: "a\r\nb" })).toThrow();
});
