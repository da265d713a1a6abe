import { expect, test } from "bun:test";
import fc from "fast-check";
import { about } from "../base/fault.ts";
import { expectGood } from "../base/result.ts";
import { openWithPassphrase, sealUnderPassphrase } from "./passphrase.ts";

const QUICK = 4; // the cost of scrypt is not what is tested here
const file = about("file", "secrets.age");
const passphrase = "four words by lot";

test("any text comes back with the same passphrase", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
      const sealed = expectGood(await sealUnderPassphrase(text, passphrase, file, QUICK));
      expect(await openWithPassphrase(sealed, passphrase, file)).toEqual({ ok: true, value: text });
    }),
    { numRuns: 30 },
  );
});

test("another passphrase, and a damaged text, are told apart", async () => {
  const sealed = expectGood(await sealUnderPassphrase("clear", passphrase, file, QUICK));
  expect(await openWithPassphrase(sealed, "another passphrase", file)).toMatchObject({
    ok: false,
    error: { attempted: "Cannot open secrets.age", because: "it is not sealed under this passphrase" },
  });
  expect(await openWithPassphrase(sealed.slice(0, 200), passphrase, file)).toMatchObject({
    ok: false,
    error: { because: "its sealed text was changed or cut" },
  });
});

test("a passphrase that is quickly guessed is refused, and not repeated", async () => {
  const refused = await sealUnderPassphrase("clear", "hunter2", file, QUICK);
  expect(refused).toMatchObject({ ok: false, error: { because: "it has 7 characters" } });
  expect(JSON.stringify(refused)).not.toContain("hunter2");
});
