// What crosses to the thread arrives as it was, in the order it was asked in.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Entry } from "./book/accept.ts";
import type { Asked } from "./book/operations.ts";
import { message } from "./testing/rig.ts";
import { pack, unpack } from "./thread-messages.ts";

const body = fc.option(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 3 }), { nil: null });
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

/** The pieces of a body arrive as one. */
const inOnePiece = (asked: Asked): Asked => {
  const joined = (it: Entry): Entry => ({ ...it, body: it.body && [new Uint8Array(Buffer.concat(it.body))] });
  if (asked.name === "accept") return { name: "accept", argument: joined(asked.argument) };
  if (asked.name !== "record") return asked;
  return { name: "record", argument: { ...asked.argument, notices: asked.argument.notices.map(joined) } };
};

test("packed and unpacked, everything is as it was and where it was", () =>
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 20 }), (all) => {
      const before = all.map(inOnePiece);
      const packed = pack(all, (bytes) => new Uint8Array(bytes));
      expect(unpack(structuredClone(packed))).toEqual(before);
    }),
    { numRuns: 200 },
  ));
