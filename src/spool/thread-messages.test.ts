// What crosses to the thread arrives as it was, in the order it was asked in.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Asked } from "./book/operations.ts";
import { message } from "./testing/rig.ts";
import { pack, unpack } from "./thread-messages.ts";

const body = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });
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
      const before = structuredClone(all);
      const [packed, owned] = pack(all);
      expect(unpack(structuredClone(packed, { transfer: owned }))).toEqual(before);
    }),
    { numRuns: 200 },
  ));
