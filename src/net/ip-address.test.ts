import { expect, test } from "bun:test";
import fc from "fast-check";
import { addressAndPort, addressBytes, addressText, isLoopback, plainAddress } from "./ip-address.ts";

const respelled = (text: string): string | undefined => {
  const bytes = addressBytes(text);
  return bytes && addressText(bytes);
};

test("an address has one spelling, whatever it was written as", () => {
  expect(respelled("192.0.2.1")).toBe("192.0.2.1");
  expect(respelled("2001:DB8:0:0:1:0:0:1")).toBe("2001:db8::1:0:0:1");
  expect(respelled("2001:db8:0:1:1:1:1:1")).toBe("2001:db8:0:1:1:1:1:1");
  expect(respelled("0:0:0:0:0:0:0:0")).toBe("::");
  expect(respelled("1:0:0:0:0:0:0:0")).toBe("1::");
  expect(respelled("::1")).toBe("::1");
  expect(respelled("10:0:0:2::")).toBe("10:0:0:2::");
  expect(respelled("64:ff9b::192.0.2.33")).toBe("64:ff9b::c000:221");
  expect(respelled("::ffff:192.0.2.1")).toBe("::ffff:192.0.2.1");
});

test("what is no address gives no bytes", () => {
  for (const text of ["", "localhost", "192.0.2", "1.2.3.256", "1::2::3", ":::", "fe80::1%eth0", "[::1]"])
    expect(addressBytes(text)).toBeUndefined();
});

test("print then parse gives the same bytes", () => {
  const part = fc.constantFrom(0, 0, 0, 255, 1, 16);
  const bytes = fc.oneof(
    fc.array(part, { minLength: 4, maxLength: 4 }),
    fc.array(part, { minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      const text = addressText(Uint8Array.from(given));
      expect([...(addressBytes(text) ?? [])]).toEqual(given);
      expect(text).not.toContain(":::");
    }),
    { numRuns: 2000 },
  );
});

test("an IPv4 peer of a socket for both families is called by its IPv4 address", () => {
  expect(plainAddress("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(plainAddress("::ffff:c000:201")).toBe("192.0.2.1");
  expect(plainAddress("2001:db8::1")).toBe("2001:db8::1");
  expect(plainAddress("192.0.2.1")).toBe("192.0.2.1");
});

test("an address stands before its port so that the port can be told", () => {
  expect(addressAndPort("::1", 25)).toBe("[::1]:25");
  expect(addressAndPort("*", 25)).toBe("*:25");
});

test("all of 127.0.0.0/8 and ::1 are this machine alone, however they are spelled", () => {
  expect(["127.0.0.1", "127.9.8.7", "::1"].map(isLoopback)).toEqual([true, true, true]);
  expect(["*", "0.0.0.0", "128.0.0.1", "12.7.0.1", "::", "::11"].some(isLoopback)).toBe(false);
  expect(["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0::1"].map(isLoopback)).toEqual([true, true, true]);
  expect(["127.example", "127.0.0.1:80", "::1%lo", "1::1", ""].some(isLoopback)).toBe(false);
});
