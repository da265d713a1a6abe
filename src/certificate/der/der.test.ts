import { expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { below, identifierOf, numberOf, octetsOf, readDer } from "./read-der.ts";
import { bitString, integer, objectIdentifier, octetString, sequence, time, utf8String } from "./write-der.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const written = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("values are written as X.690 shows them", () => {
  expect(written(objectIdentifier("1.2.840.113549"))).toBe("06062a864886f70d");
  expect(written(objectIdentifier("2.5.29.17"))).toBe("0603551d11");
  expect(written(integer(Uint8Array.of(0, 0, 0x80)))).toBe("02020080");
  expect(written(integer(Uint8Array.of(0)))).toBe("020100");
  expect(written(bitString(Uint8Array.of(0x80), 7))).toBe("03020780");
  expect(written(sequence(utf8String("ü")))).toBe("30040c02c3bc");
  expect(written(octetString(new Uint8Array(200))).slice(0, 6)).toBe("0481c8");
  expect(written(octetString(new Uint8Array(300))).slice(0, 8)).toBe("0482012c");
});

test("a time has two digits for its year until 2049 and four from 2050 on", () => {
  const text = (atMs: number) => Buffer.from(time(atMs).subarray(2)).toString();
  expect(text(Date.UTC(2049, 11, 31, 23, 59, 59))).toBe("491231235959Z");
  expect(text(Date.UTC(2050, 0, 1))).toBe("20500101000000Z");
});

test("what is written is read", () => {
  const arcs = fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(arcs, fc.nat({ max: 2 ** 40 }), fc.uint8Array({ maxLength: 400 }), (more, number, octets) => {
      const dotted = `2.5.${more.join(".")}`;
      const bytes = hex(number.toString(16).padStart(12, "0"));
      const node = expectGood(readDer(sequence(objectIdentifier(dotted), integer(bytes), octetString(octets))));
      expect(identifierOf(below(node, 0))).toBe(dotted);
      expect(numberOf(below(node, 1))).toBe(number);
      expect(octetsOf(below(node, 2))).toEqual(octets);
    }),
  );
});

test("lengths without an end and texts in pieces are read, as old exports have them", () => {
  const node = expectGood(readDer(hex("3080 2480 0402 6162 0401 63 0000 0000")));
  expect(Buffer.from(octetsOf(below(node, 0)) ?? []).toString()).toBe("abc");
});

test("every cut is noticed, and no bytes throw", () => {
  const whole = sequence(objectIdentifier("1.2.3"), sequence(octetString(new Uint8Array(200))));
  for (let end = 0; end < whole.length; end++) expect(readDer(whole.subarray(0, end)).ok).toBe(false);
  expect(readDer(Buffer.concat([whole, hex("00")])).ok).toBe(false);
  expect(readDer(hex("3080".repeat(100)))).toEqual({ ok: false, error: "it is nested more than 32 deep" });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void octetsOf(below(good(bytes), 0, 0))));
});

const good = (bytes: Uint8Array) => {
  const read = readDer(bytes);
  return read.ok ? read.value : undefined;
};
