// What crosses to the thread arrives as it was, in the order it was asked in.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Asked } from "./book/operations.ts";
import type { EntryBody, HeldPiece } from "./entry.ts";
import { message } from "./testing/rig.ts";
import { pack, unpack } from "./thread-messages.ts";

/** Blocks of a few stores, as messages hold them. */
const stores = [1, 2, 3].map((it) => new Uint8Array(new SharedArrayBuffer(1000)).fill(it));
const piece = fc
  .record({ store: fc.constantFrom(...stores), from: fc.nat(1000), length: fc.nat(300) })
  .map(({ store, from, length }): HeldPiece => store.subarray(from, from + length));
const body = fc.oneof(
  fc.array(piece, { maxLength: 3 }).map((pieces): EntryBody => ({ is: "held", pieces })),
  fc.nat().map((start): EntryBody => ({ is: "file", file: "m1", start })),
);
const entry = fc.record({
  id: fc.stringMatching(/^[0-9a-z]{1,16}$/),
  receivedMs: fc.nat(),
  sizeBytes: fc.nat(),
  body,
  message: fc.string({ unit: "binary" }).map((sender) => message({ sender, facts: { text: sender } })),
});
const asked = fc.oneof(
  entry.map((argument): Asked => ({ name: "accept", argument })),
  entry.map((it): Asked => ({ name: "record", argument: { attempts: [], notices: [it] } })),
  fc.constant<Asked>({ name: "summary", argument: null }),
);

test("packed and unpacked, everything is as it was and where it was", () =>
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 20 }), (all) => {
      const slabs = new Map(stores.map(({ buffer }, number) => [number, buffer]));
      const packed = pack(all, (buffer) => stores.findIndex((it) => it.buffer === buffer));
      expect(unpack(structuredClone(packed), slabs)).toEqual(all);
    }),
    { numRuns: 200 },
  ));
