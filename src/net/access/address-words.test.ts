import { expect, test } from "bun:test";
import fc from "fast-check";
import { addressBytes } from "../ip-address.ts";
import { addressWords, readAddress } from "./address-words.ts";

function read(text: string): readonly [string, ...number[]] | undefined {
  const words = addressWords();
  const family = readAddress(text, words);
  return family === undefined ? undefined : [family, ...words];
}

/** The same by the reader that takes its time. */
function model(text: string): readonly [string, ...number[]] | undefined {
  const bytes = addressBytes(text.includes(":") ? (text.split("%", 1)[0] ?? "") : text);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer);
  if (bytes.length === 4) return ["ipv4", 0, 0, 0, view.getUint32(0)];
  const words = [0, 4, 8, 12].map((at) => view.getUint32(at));
  return words.slice(0, 3).join() === "0,0,65535" ? ["ipv4", 0, 0, 0, words[3] ?? 0] : ["ipv6", ...words];
}

test("an address is read whatever its spelling, and a mapped one is IPv4", () => {
  expect(read("192.0.2.1")).toEqual(["ipv4", 0, 0, 0, 0xc0000201]);
  expect(read("::ffff:192.0.2.1")).toEqual(["ipv4", 0, 0, 0, 0xc0000201]);
  expect(read("2001:DB8::1")).toEqual(["ipv6", 0x20010db8, 0, 0, 1]);
  expect(read("fe80::1%eth0")).toEqual(["ipv6", 0xfe800000, 0, 0, 1]);
  expect(read("::")).toEqual(["ipv6", 0, 0, 0, 0]);
  expect(read("1:2:3:4:5:6:7::")).toEqual(["ipv6", 0x10002, 0x30004, 0x50006, 0x70000]);
});

test("what is no address is none", () => {
  for (const text of ["", "unknown", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4%eth0", "1..2.3"])
    expect([text, read(text)]).toEqual([text, undefined]);
  for (const text of [
    ":",
    ":::",
    "1:",
    ":1",
    "1::2::3",
    "1:2:3:4:5:6:7::8",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:1.2.3.4",
  ])
    expect([text, read(text)]).toEqual([text, undefined]);
});

test("every text is read as the slow reader does", () => {
  const near = fc.array(fc.constantFrom("0", "1", "25", "255", "a", "F", "ffff", "::", ":", ".", "%", "g"), {
    maxLength: 16,
  });
  const texts = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string(),
    near.map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(read(text)).toEqual(model(text));
    }),
    { numRuns: 3000 },
  );
});
