import { expect, test } from "bun:test";
import { Ends } from "./ends.ts";
import { usualFields } from "./fields.ts";
import { ncsaFormat, w3cFormat } from "./format.ts";
import { LineBuffer } from "./line-buffer.ts";
import { type AccessRecord, accessRecord } from "./record.ts";
import { roomOf } from "./spelling.ts";

const w3c = w3cFormat(usualFields("www"), { computerName: "host", software: "inetsrv/0.1.0" });

/** Plain ones, and such as are escaped on the way. */
const records: readonly AccessRecord[] = Array.from({ length: 700 }, (_, index) => ({
  ...accessRecord(),
  // Of any length modulo that of a word.
  ends: new Ends({ address: "a".repeat(index % 46), port: 10 ** (index % 5) }, undefined, "t".repeat(index % 17)),
  method: "GET",
  // Beyond the room of a new buffer, with fields of both kinds behind it.
  uriStem: `/${"a".repeat(index % 50 === 0 ? 600 : index % 67)}`,
  userAgent: index % 3 === 0 ? `"${"ü b".repeat(index % 11)}` : "x".repeat(index),
  referer: index === 500 ? "/".repeat(4000) : "",
  bytesSent: 10 ** (index % 16),
}));

test("a line that meets the end of the room is whole, wherever that comes", () => {
  for (const { spell } of [w3c, ncsaFormat]) {
    const alone = records.map((record) => {
      const room = roomOf(new ArrayBuffer(16_384));
      return room.bytes.toString("utf8", 0, spell(record, room, 0));
    });
    const out = new LineBuffer();
    for (const record of records) out.add(record, spell);
    expect(out.take().toString()).toBe(alone.join(""));
    for (const [index, record] of records.entries()) {
      out.add(record, spell);
      const taken = out.take();
      expect(taken.toString()).toBe(alone[index] ?? "");
      out.giveBack(taken);
    }
  }
});
