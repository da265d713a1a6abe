import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expectGood } from "../base/result.ts";
import { encryptTo } from "./age.ts";
import { Identity } from "./identity.ts";
import { MACHINE_KEY } from "./key-folder.ts";
import { readKeys } from "./keys.ts";
import { CLEAR_BYTES_MAX, openSealed, sealText } from "./seal.ts";
import { isSealed, type Sealed, sealedLabel } from "./sealed.ts";
import { initialisedHome, keyringOf, secretOf } from "./twins.ts";

const password = secretOf("smtp/sites/default/relay/password");

test("any well-formed text opens to itself, with the machine key and with the recovery key", async () => {
  using home = await initialisedHome();
  const keyring = await keyringOf(home.folder);
  const keys = await readKeys(home.folder);
  const texts = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constant("\ufeffmark"));
  await fc.assert(
    fc.asyncProperty(texts, async (clear) => {
      const sealed = expectGood(await sealText(clear, keyring, password));
      expect(isSealed(JSON.parse(JSON.stringify(sealed)))).toBe(true);
      expect(await openSealed(sealed, password, keys)).toEqual({ ok: true, value: clear });
      expect(await openSealed(sealed, password, { identities: [home.recovery] })).toEqual({ ok: true, value: clear });
    }),
    { numRuns: 100 },
  );
});

test("a secret of the greatest length is sealed and opened; one byte more is refused", async () => {
  using home = await initialisedHome();
  const keyring = await keyringOf(home.folder);
  const sealed = expectGood(await sealText("é".repeat(CLEAR_BYTES_MAX / 2), keyring, password));
  expect(isSealed(sealed)).toBe(true);
  expect((await openSealed(sealed, password, await readKeys(home.folder))).ok).toBe(true);
  const refused = await sealText("x".repeat(CLEAR_BYTES_MAX + 1), keyring, password);
  expect(refused).toMatchObject({ ok: false, error: { because: "it has 65537 bytes" } });
});

test("text that UTF-8 cannot carry is refused rather than changed", async () => {
  using home = await initialisedHome();
  expect((await sealText("a\ud800b", await keyringOf(home.folder), password)).ok).toBe(false);
});

test("sealing needs no machine key", async () => {
  using home = await initialisedHome();
  rmSync(home.at(MACHINE_KEY));
  const sealed = expectGood(await sealText("clear", await keyringOf(home.folder), password));
  expect(await openSealed(sealed, password, { identities: [home.recovery] })).toEqual({ ok: true, value: "clear" });
});

test("people see to whom a secret is sealed and nothing else", async () => {
  using home = await initialisedHome();
  const keyring = await keyringOf(home.folder);
  const sealed = expectGood(await sealText("clear", keyring, password));
  expect(sealedLabel(sealed)).toBe(`sealed to ${keyring.machine.id}, ${keyring.recovery.id}`);
});

test("without the machine key, the reason and the remedy are those of the key", async () => {
  using home = await initialisedHome();
  const sealed = expectGood(await sealText("clear", await keyringOf(home.folder), password));
  writeFileSync(home.at(MACHINE_KEY), "garbage");
  const opened = await openSealed(sealed, password, await readKeys(home.folder));
  expect(opened).toMatchObject({
    ok: false,
    error: {
      subject: { kind: "secret", name: password.name },
      because: `${password.name} needs the machine key: ${home.at(MACHINE_KEY)} does not hold a key: its key line is not an age secret key`,
      remedy: expect.stringContaining("inetsrv keys recover"),
    },
  });
});

test("a secret for other keys says which, and which are at hand", async () => {
  using home = await initialisedHome();
  using elsewhere = await initialisedHome();
  const foreign = await keyringOf(elsewhere.folder);
  const { machine } = await keyringOf(home.folder);
  const sealed = expectGood(await sealText("clear", foreign, password));
  const opened = await openSealed(sealed, password, await readKeys(home.folder));
  expect(opened).toMatchObject({
    ok: false,
    error: {
      because: `${password.name} is sealed to ${foreign.machine.id}, ${foreign.recovery.id}; at hand is ${machine.id}`,
      remedy: expect.stringContaining("inetsrv keys reseal"),
    },
  });
});

test("the ids of a sealed value are a note; what counts is whether a key opens it", async () => {
  using home = await initialisedHome();
  const { $sealed } = expectGood(await sealText("clear", await keyringOf(home.folder), password));
  const renamed: Sealed = { $sealed: { ...$sealed, keys: ["machine-00000000"] } };
  expect(await openSealed(renamed, password, await readKeys(home.folder))).toEqual({ ok: true, value: "clear" });
});

test("damage anywhere in the sealed text is told as damage and never throws", async () => {
  using home = await initialisedHome();
  const keys = await readKeys(home.folder);
  const { $sealed } = expectGood(await sealText("clear", await keyringOf(home.folder), password));
  const { age } = $sealed;
  const changed = fc.record({ at: fc.nat(age.length - 1), by: fc.string({ minLength: 1, maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, fc.nat(age.length - 1)), async (damage) => {
      const text =
        typeof damage === "number"
          ? age.slice(0, damage)
          : age.slice(0, damage.at) + damage.by + age.slice(damage.at + damage.by.length);
      const opened = await openSealed({ $sealed: { ...$sealed, age: text } }, password, keys);
      if (opened.ok)
        expect(opened.value).toBe("clear"); // a final newline less, or a character for itself
      else expect(opened.error.because).toStartWith(`${password.name} is damaged: its sealed text`);
    }),
    { numRuns: 100 },
  );
});

test("what is sealed but not text, or too long, is told", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  const keys = await readKeys(home.folder);
  for (const bytes of [new Uint8Array([0xff]), new Uint8Array(CLEAR_BYTES_MAX + 1)]) {
    const age = await encryptTo([machine.recipient], bytes);
    const opened = await openSealed({ $sealed: { keys: [machine.id], age } }, password, keys);
    expect(opened).toMatchObject({ ok: false, error: { because: expect.stringContaining("is not text of at most") } });
  }
});

test("a value that names our key but is sealed to another is damaged, not a matter of keys", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  const stranger = await Identity.generate("machine");
  const age = await encryptTo([stranger.recipient], new TextEncoder().encode("clear"));
  const opened = await openSealed({ $sealed: { keys: [machine.id], age } }, password, await readKeys(home.folder));
  expect(opened).toMatchObject({
    ok: false,
    error: { because: expect.stringContaining("does not fit the keys it names") },
  });
});
