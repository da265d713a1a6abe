// The examples of RFC 7541 §C, and everything that can be written and read again.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { HeaderField } from "../request/header-field.ts";
import { BlockReader } from "./block-reader.ts";
import { BlockWriter } from "./block-writer.ts";
import { huffmanBytes, readHuffman, writeHuffman } from "./huffman.ts";
import { huffmanCodes } from "./huffman-code.ts";
import { readInteger, writeInteger } from "./integer.ts";

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ""), "hex");

/** "name: value" of each field; undefined where the block cannot be read. */
function readBlock(reader: BlockReader, bytes: Buffer): readonly string[] | undefined {
  const lines: string[] = [];
  const take = ({ name, value }: HeaderField) => void lines.push(`${name.text}: ${value}`);
  return reader.read(bytes, 0, bytes.length, { take }) ? lines : undefined;
}

test("numbers are read and written as in RFC 7541 §C.1", () => {
  const rows = [
    [10, 5, "0a"],
    [1337, 5, "1f9a0a"],
    [42, 8, "2a"],
  ] as const;
  for (const [value, bits, hex] of rows) {
    const out = Buffer.alloc(8);
    const end = writeInteger(out, 0, 0, bits, value);
    expect(out.subarray(0, end).toString("hex")).toBe(hex);
    const cursor = { at: 0 };
    expect(readInteger(out, cursor, end, bits)).toBe(value);
    expect(cursor.at).toBe(end);
  }
});

test("a number that is cut off, or that nobody can mean, is none", () => {
  for (const hex of ["1f", "1f80", "1fffffffffff01", "1f8080808080"])
    expect(readInteger(bytesOf(hex), { at: 0 }, bytesOf(hex).length, 5)).toBe(-1);
});

/** RFC 7541 §C.3 and §C.4: in clear and coded. */
const requests = [
  [
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
  ],
  [
    "8286 84be 5808 6e6f 2d63 6163 6865",
    "8286 84be 5886 a8eb 1064 9cbf",
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
  ],
  [
    "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    [":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value"],
  ],
] as const;

describe("the requests of RFC 7541 §C", () => {
  for (const column of [0, 1] as const)
    test(column === 0 ? "in clear" : "in the code of Huffman", () => {
      const reader = new BlockReader();
      for (const row of requests) expect(readBlock(reader, bytesOf(row[column]))).toEqual([...row[2]]);
    });
});

test("the answers of RFC 7541 §C.6, whose table holds little, with all that it drives out", () => {
  const reader = new BlockReader();
  const first = bytesOf(
    "3fe101 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
  );
  const fields = ["cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT", "location: https://www.example.com"];
  expect(readBlock(reader, first)).toEqual([":status: 302", ...fields]);
  expect(readBlock(reader, bytesOf("4883 640e ffc1 c0bf"))).toEqual([":status: 307", ...fields]);
  const third = bytesOf(
    "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
  );
  expect(readBlock(reader, third)).toEqual([
    ":status: 200",
    "cache-control: private",
    "date: Mon, 21 Oct 2013 20:13:22 GMT",
    "location: https://www.example.com",
    "content-encoding: gzip",
    "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
  ]);
});

test("a block that cannot be read is told, and none is read beyond its end", () => {
  const broken = {
    "an index that is nowhere": "80",
    "an index beyond the table": "be",
    "a name that is nowhere": "7f0000",
    "a value that is cut off": "4105 61",
    "no value": "41",
    "a size beyond what is allowed": "3fe21f",
    "a size behind a field": "82 20 0161 0162",
    "three sizes": "20 20 20",
    "a text that ends with the code of no byte": "4184 ffff ffff",
    "a text filled with zeros": "4181 00",
    "a text filled with a whole byte": "4182 1fff",
  };
  for (const [what, hex] of Object.entries(broken))
    expect([what, readBlock(new BlockReader(), bytesOf(hex))]).toEqual([what, undefined]);
  expect(readBlock(new BlockReader(), bytesOf("20 3fe11f 82"))).toEqual([":method: GET"]);
});

test("every code of the table is read as its byte, and all codes together leave no way open", () => {
  expect(huffmanCodes).toHaveLength(257);
  expect(huffmanCodes.reduce((sum, { bits }) => sum + 2 ** -bits, 0)).toBe(1);
  expect(huffmanCodes.at(-1)).toEqual({ symbol: 256, code: 0x3fffffff, bits: 30 });
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("latin1");
  expect(recoded(all)).toBe(all);
});

function recoded(text: string): string {
  const coded = Buffer.alloc(huffmanBytes(text) + 1);
  const end = writeHuffman(text, coded, 0);
  expect(end).toBe(huffmanBytes(text));
  const out = Buffer.alloc(text.length + 8);
  const length = readHuffman(coded, 0, end, out);
  return length < 0 ? "none" : out.toString("latin1", 0, length);
}

const bytesText = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString("latin1"));

test("any text is the same when it was written and read", () => {
  fc.assert(fc.property(bytesText(300), (text) => recoded(text) === text));
});

test("any fields are the same when they were written and read, however long", () => {
  const field = fc.tuple(fc.oneof(fc.constantFrom("etag", "set-cookie", "x-own"), bytesText(40)), bytesText(9000));
  const writer = new BlockWriter();
  const reader = new BlockReader();
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 999 }), fc.array(field, { maxLength: 6 }), (status, fields) => {
      writer.clear();
      writer.noTable();
      writer.status(status);
      for (const [name, value] of fields) writer.field(name, value);
      writer.fixed("date", "Sun, 06 Nov 1994 08:49:37 GMT");
      const expected = fields.map(([name, value]) => `${name}: ${value}`);
      expect(readBlock(reader, writer.block)).toEqual([
        `:status: ${status}`,
        ...expected,
        "date: Sun, 06 Nov 1994 08:49:37 GMT",
      ]);
    }),
    { numRuns: 50 },
  );
});

test("no bytes make it throw", () => {
  const reader = new BlockReader();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      readBlock(reader, Buffer.from(bytes));
    }),
  );
});

test("the table holds as much as was agreed, the newest first", () => {
  const reader = new BlockReader();
  const long = Buffer.concat([bytesOf("40 01 78"), Buffer.from([100]), Buffer.alloc(100, "y")]);
  for (let count = 0; count < 200; count++) readBlock(reader, long);
  // 4096 bytes hold 30 of 133.
  expect(readBlock(reader, Buffer.from([0x80 + 62 + 29]))).toHaveLength(1);
  expect(readBlock(reader, Buffer.from([0x80 + 62 + 30]))).toBeUndefined();
  const large = Buffer.concat([bytesOf("40 01 78 7f a1 1f"), Buffer.alloc(4128, "z")]);
  expect(readBlock(reader, large)).toHaveLength(1);
  expect(readBlock(reader, Buffer.from([0x80 + 62]))).toBeUndefined();
});
