import { expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expectGood } from "../base/result.ts";
import { createKeys } from "./create-keys.ts";
import { KEYRING, MACHINE_KEY } from "./key-folder.ts";
import { keyTroubles, readKeys } from "./keys.ts";
import { initialisedHome, keyringOf, sealedSecrets, testHome } from "./twins.ts";

test("a home without keys and secrets has nothing to complain of", async () => {
  using home = testHome();
  const keys = await readKeys(home.folder);
  expect(keys.none).toBe(true);
  expect(keyTroubles(keys, 0)).toEqual([]);
  expect(keyTroubles(keys, 1).map((it) => it.because)).toEqual([
    expect.stringContaining("machine.key is missing"),
    expect.stringContaining("keyring.json is missing"),
  ]);
});

test("created keys are in place, expected, and told without the secret", async () => {
  using home = testHome();
  const { machine, recovery } = expectGood(await createKeys(home, []));
  const keys = await readKeys(home.folder);
  expect(keys.machine).toMatchObject({ at: "present", identity: { id: machine } });
  expect(keyTroubles(keys, 1)).toEqual([]);
  expect(home.folder.names()).toEqual([KEYRING, MACHINE_KEY]);
  expect(home.told.map((it) => it.sentence)).toEqual([
    `${home.at(MACHINE_KEY)} was created: the machine key is ${machine}, the recovery key ${recovery.id}.`,
  ]);
});

test("keys that exist are refused and untouched", async () => {
  using home = await initialisedHome();
  const before = readFileSync(home.at(MACHINE_KEY), "utf8");
  const { machine } = await keyringOf(home.folder);
  const refused = await createKeys(home, []);
  expect(refused).toMatchObject({
    ok: false,
    error: {
      attempted: "Cannot create keys",
      because: `they exist already: ${machine.id} and ${home.recovery.id}, since 2026-07-03T10:11:12.000Z`,
    },
  });
  expect(readFileSync(home.at(MACHINE_KEY), "utf8")).toBe(before);
});

test("a lost machine key is no reason to create one", async () => {
  using home = await initialisedHome();
  rmSync(home.at(MACHINE_KEY));
  expect((await createKeys(home, [])).ok).toBe(false);
  expect(home.folder.names()).toEqual([KEYRING]);
});

test("a lost keyring is no reason to create one while secrets are sealed", async () => {
  using home = await initialisedHome();
  const secrets = await sealedSecrets(await keyringOf(home.folder), { "smtp/password": "clear" });
  rmSync(home.at(KEYRING));
  expect(await createKeys(home, secrets)).toMatchObject({
    ok: false,
    error: { because: expect.stringContaining("keyring.json is missing") },
  });
  rmSync(home.at(MACHINE_KEY));
  expect((await createKeys(home, secrets)).ok).toBe(false);
  expect(home.folder.names()).toEqual([]);
});

test("a damaged keyring or key is never overwritten", async () => {
  for (const name of [KEYRING, MACHINE_KEY]) {
    using home = await initialisedHome();
    if (name === MACHINE_KEY) rmSync(home.at(KEYRING));
    writeFileSync(home.at(name), "garbage");
    expect((await createKeys(home, [])).ok).toBe(false);
    expect(readFileSync(home.at(name), "utf8")).toBe("garbage");
  }
});

test("of many at the same moment one wins, and its recovery key is the one that counts", async () => {
  using home = testHome();
  const runs = await Promise.all(Array.from({ length: 8 }, () => createKeys(home, [])));
  const winners = runs.filter((it) => it.ok);
  expect(winners).toHaveLength(1);
  const keyring = await keyringOf(home.folder);
  expect(winners[0]?.value.recovery.id).toBe(keyring.recovery.id as never);
  expect((await readKeys(home.folder)).machine).toMatchObject({ at: "present", identity: { id: keyring.machine.id } });
});
