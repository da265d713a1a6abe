import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Json } from "../base/json.ts";
import type { Kind } from "../schema/kind.ts";
import { list, table } from "../schema/kinds/group.ts";
import { byteSize, duration } from "../schema/kinds/measure.ts";
import { addressRange, binding } from "../schema/kinds/network.ts";
import { choice, flag, text, whole } from "../schema/kinds/plain.ts";
import { readValue, writeValue } from "./value-text.ts";

const number = whole({ min: -5, max: 99_999 });
const cases: readonly (readonly [Kind<unknown>, string, Json])[] = [
  [flag as Kind<unknown>, "true", true],
  [flag as Kind<unknown>, "off", false],
  [number as Kind<unknown>, "25", 25],
  [number as Kind<unknown>, "-1", -1],
  [text() as Kind<unknown>, "true", "true"],
  [text() as Kind<unknown>, "25", "25"],
  [text() as Kind<unknown>, "", ""],
  [text() as Kind<unknown>, '{"a":1}', '{"a":1}'],
  [duration({ max: "1d" }) as Kind<unknown>, "1h30m", "1h30m"],
  [byteSize({ max: "4GiB" }) as Kind<unknown>, "1024", 1024],
  [choice(["on", "off"]) as Kind<unknown>, "on", "on"],
  [list(binding, { max: 4 }) as Kind<unknown>, ":25, :587", [":25", ":587"]],
  [list(binding, { max: 4 }) as Kind<unknown>, '[":25"]', [":25"]],
  [list(binding, { max: 4 }) as Kind<unknown>, "", []],
  [list(number, { max: 4 }) as Kind<unknown>, "25,465", [25, 465]],
  [list(number, { max: 4 }) as Kind<unknown>, "25", [25]],
  [list(text(), { max: 4 }) as Kind<unknown>, "25,yes", ["25", "yes"]],
  [table({ host: text() }, { max: 4 }) as Kind<unknown>, '{"a":{"host":"x"}}', { a: { host: "x" } }],
];
test("a value is read through its kind, without quotes and without marks for its type", () => {
  for (const [kind, typed, meant] of cases)
    expect([kind.name, typed, readValue(kind, typed)]).toEqual([kind.name, typed, meant]);
});

test("what fits nothing is left for the kind to refuse, inside a list too", () => {
  expect(readValue(duration({ max: "1d" }) as Kind<unknown>, "soon")).toBe("soon");
  const bindings = list(binding, { max: 4 });
  const decoded = bindings.decode(readValue(bindings as Kind<unknown>, ":25,nonsense"));
  expect(decoded).toMatchObject({ ok: false, error: [{ at: [1], given: "nonsense" }] });
});

test("a value that was written is read back as the same", () => {
  const ranges = list(addressRange, { max: 20 }) as Kind<unknown>;
  fc.assert(
    fc.property(fc.array(fc.ipV4(), { maxLength: 20 }), (addresses) => {
      expect(readValue(ranges, writeValue(addresses))).toEqual(addresses);
    }),
  );
  const texts = list(text(), { max: 20 }) as Kind<unknown>;
  const printable = fc.string().filter((it) => text().decode(it).ok);
  fc.assert(
    fc.property(fc.array(printable, { maxLength: 20 }), (values) => {
      expect(readValue(texts, writeValue(values))).toEqual(values);
    }),
  );
});
