import { expect, test } from "bun:test";
import { chmodSync, rmSync } from "node:fs";
import { expectGood } from "../base/result.ts";
import { KEYRING, MACHINE_KEY } from "./key-folder.ts";
import { rotate } from "./rotate.ts";
import { keyStatus } from "./status.ts";
import { initialisedHome, keyringOf, MemoryStore, START_MS, sealedSecrets, testHome } from "./twins.ts";

const uid = process.geteuid?.() ?? 0;

test("all is well: one file, every secret opened, nothing to warn of", async () => {
  using home = await initialisedHome();
  const keyring = await keyringOf(home.folder);
  const secrets = await sealedSecrets(keyring, { a: "1", b: "2" });
  const status = await keyStatus(home.folder, secrets);
  expect(status).toEqual({
    folder: home.folder.path,
    keyring: "present",
    machine: keyring.machine,
    recovery: keyring.recovery,
    former: [],
    files: [{ name: MACHINE_KEY, at: "present", id: keyring.machine.id, uid, mode: "0600", createdMs: START_MS }],
    secrets: {
      total: 2,
      opened: 2,
      stale: 0,
      sealedTo: [
        { id: keyring.machine.id, is: "machine key", secrets: 2 },
        { id: keyring.recovery.id, is: "recovery key", secrets: 2 },
      ],
      unopened: [],
    },
    warnings: [],
  });
});

test("a home without keys and secrets has no warnings", async () => {
  using home = testHome();
  expect(await keyStatus(home.folder, [])).toMatchObject({
    keyring: "missing",
    files: [{ name: MACHINE_KEY, at: "missing" }],
    warnings: [],
  });
});

test("after a rotation, old secrets are counted as stale, by former key, and named", async () => {
  using home = await initialisedHome();
  const before = await keyringOf(home.folder);
  const old = await sealedSecrets(before, { "smtp/password": "clear" });
  expectGood(await rotate(home, new MemoryStore([])));
  const status = await keyStatus(home.folder, old);
  expect(status.files.map((it) => [it.at, it.id])).toEqual([
    ["present", status.machine?.id],
    ["present", before.machine.id],
  ]);
  expect(status.secrets).toMatchObject({
    total: 1,
    opened: 0,
    stale: 1,
    sealedTo: [
      { id: before.machine.id, is: "former key", secrets: 1 },
      { id: before.recovery.id, is: "recovery key", secrets: 1 },
    ],
    unopened: [{ subject: { name: "smtp/password" }, because: expect.stringContaining(before.machine.id) }],
  });
});

test("a lost keyring, a lost key and open files are all told at once", async () => {
  using home = await initialisedHome();
  const secrets = await sealedSecrets(await keyringOf(home.folder), { a: "1" });
  chmodSync(home.folder.path, 0o755);
  chmodSync(home.at(MACHINE_KEY), 0o644);
  rmSync(home.at(KEYRING));
  const open = await keyStatus(home.folder, secrets);
  expect(open.warnings.map((it) => it.because)).toEqual([
    `${home.at(MACHINE_KEY)} is open to others (mode 0644); it is used all the same`,
    `${home.at(KEYRING)} is missing: nothing tells which keys are expected`,
    `${home.folder.path} is open to others (mode 0755)`,
  ]);
  expect(open.secrets).toMatchObject({ opened: 1, stale: 1, sealedTo: [{ is: "unknown key" }, { is: "unknown key" }] });

  rmSync(home.at(MACHINE_KEY));
  const lost = await keyStatus(home.folder, secrets);
  expect(lost.warnings[0]?.because).toBe(`${home.at(MACHINE_KEY)} is missing; a machine key is expected there`);
  expect(lost.secrets.unopened[0]?.because).toContain("a needs the machine key");
});
