import { expect, test } from "bun:test";
import fc from "fast-check";
import type { AddressRange } from "../../schema/kinds/network.ts";
import { addressBytes, addressText } from "../ip-address.ts";
import { addressWords, readAddress } from "./address-words.ts";
import { RangeIndex } from "./range-index.ts";

const words = addressWords();

function first(index: RangeIndex, address: string): number {
  const family = readAddress(address, words);
  if (family === undefined) throw new Error(`${address} is no address`);
  return index.first(family, words);
}

/** Range by range, bit by bit. */
function model(ranges: readonly (AddressRange | "*")[], address: string): number {
  const bits = bitsOf(address);
  return ranges.findIndex((range) => {
    if (range === "*") return true;
    const base = bitsOf(range.address);
    return base.length === bits.length && base.slice(0, range.prefix) === bits.slice(0, range.prefix);
  });
}

const bitsOf = (address: string): string =>
  [...(addressBytes(address) ?? [])].map((byte) => byte.toString(2).padStart(8, "0")).join("");

test("the first range of the list decides, and not the narrowest", () => {
  const ten = { address: "10.0.0.0", prefix: 8 };
  const one = { address: "10.1.2.3", prefix: 32 };
  expect(first(new RangeIndex([ten, one]), "10.1.2.3")).toBe(0);
  expect(first(new RangeIndex([one, ten]), "10.1.2.3")).toBe(0);
  expect(first(new RangeIndex([one, ten]), "10.1.2.4")).toBe(1);
  expect(first(new RangeIndex([one, ten]), "11.0.0.0")).toBe(-1);
});

test("a range reaches to the first and the last address of its family, and into no other", () => {
  const index = new RangeIndex([{ address: "::", prefix: 0 }]);
  expect(first(index, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).toBe(0);
  expect(first(index, "::")).toBe(0);
  expect(first(index, "1.2.3.4")).toBe(-1);
  expect(first(index, "::ffff:1.2.3.4")).toBe(-1);
  const both = new RangeIndex(["*"]);
  for (const address of ["0.0.0.0", "255.255.255.255", "::", "ffff::ffff"]) expect(first(both, address)).toBe(0);
});

test("bits behind the prefix of a range do not matter", () => {
  expect(first(new RangeIndex([{ address: "192.0.2.77", prefix: 24 }]), "192.0.2.1")).toBe(0);
});

test("a range at the very end of another does not take its place", () => {
  const wide = { address: "192.0.2.0", prefix: 24 };
  const last = { address: "192.0.2.255", prefix: 32 };
  expect(first(new RangeIndex([wide, last]), "192.0.2.255")).toBe(0);
  expect(first(new RangeIndex([last, wide]), "192.0.2.255")).toBe(0);
  expect(first(new RangeIndex([last, wide]), "192.0.2.254")).toBe(1);
});

test("no range, no address in it", () => {
  expect(first(new RangeIndex([]), "192.0.2.1")).toBe(-1);
  expect(new RangeIndex([]).holds("ipv6", words)).toBe(false);
});

// Few different bytes, so that ranges meet: nested, equal, side by side.
const byte = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);
const addressOf = (length: number) => fc.array(byte, { minLength: length, maxLength: length });
const ipv4 = addressOf(4).map((bytes) => addressText(Uint8Array.from(bytes)));
// The first byte is not zero: mapped addresses are IPv4, which is tested where they are read.
const ipv6 = addressOf(15).map((bytes) => addressText(Uint8Array.from([32, ...bytes])));
// Where ranges begin and end together.
const edge = fc.array(fc.constantFrom(0, 255), { minLength: 3, maxLength: 3 }).map((bytes) => [10, ...bytes].join("."));
const range = fc.oneof(
  { weight: 1, arbitrary: fc.constant("*" as const) },
  { weight: 8, arbitrary: fc.record({ address: ipv4, prefix: fc.nat({ max: 32 }) }) },
  { weight: 8, arbitrary: fc.record({ address: edge, prefix: fc.integer({ min: 14, max: 32 }) }) },
  { weight: 8, arbitrary: fc.record({ address: ipv6, prefix: fc.nat({ max: 128 }) }) },
);

test("every list of ranges gives for every address what a walk through the list gives", () => {
  const addresses = fc.array(fc.oneof(ipv4, edge, ipv6), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(range, { maxLength: 30 }), addresses, (ranges, asked) => {
      const index = new RangeIndex(ranges);
      const bases = ranges.flatMap((it) => (it === "*" ? [] : [it.address]));
      for (const address of [...asked, ...bases]) expect(first(index, address)).toBe(model(ranges, address));
    }),
    { numRuns: 500 },
  );
});
