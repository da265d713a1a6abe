// Every command on keys is stopped at every step in every way; afterwards no secret is lost, and the same command,
// given again, comes to its end.
import { expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expectGood, type Result } from "../base/result.ts";
import { createKeys } from "./create-keys.ts";
import { Identity } from "./identity.ts";
import { KEYRING, type KeyFolder, MACHINE_KEY } from "./key-folder.ts";
import type { KeyRoom } from "./key-room.ts";
import { keyTroubles, readKeptKeys, readKeys } from "./keys.ts";
import { writeMachineKey } from "./machine-key.ts";
import { recover, resealSecrets } from "./recovery.ts";
import { rotate, rotateRecovery } from "./rotate.ts";
import { type Opener, openSealed } from "./seal.ts";
import { isCurrent, type SecretStore } from "./sealed.ts";
import {
  initialisedHome,
  keyringOf,
  MemoryStore,
  type Stop,
  Stopped,
  Stopping,
  sealedSecrets,
  secretOf,
  stops,
  type TestHome,
  testHome,
} from "./twins.ts";

const clear = { "smtp/relay/password": "first clear text", "www/sites/1/password": "second clear text" };

type Home = TestHome & { readonly recovery: Identity };
type Command = (room: KeyRoom, store: SecretStore, home: Home) => Promise<Result<unknown, unknown>>;

interface Case {
  readonly name: string;
  /** What is wrong with the home before. */
  prepare(home: Home): Promise<void> | void;
  readonly command: Command;
  /** Whether the machine key must open every secret at every moment. */
  readonly serving: boolean;
}

const recoverIt: Command = (room, store, home) => recover(room, store, home.recovery.reveal());
const nothing = () => {};

const cases: readonly Case[] = [
  { name: "rotate", prepare: nothing, command: rotate, serving: true },
  { name: "recover, all being well", prepare: nothing, command: recoverIt, serving: true },
  {
    name: "recover, the machine key missing",
    prepare: (home) => rmSync(home.at(MACHINE_KEY)),
    command: recoverIt,
    serving: false,
  },
  {
    name: "recover, the machine key damaged",
    prepare: (home) => writeFileSync(home.at(MACHINE_KEY), "garbage"),
    command: recoverIt,
    serving: false,
  },
  {
    name: "recover, another machine key in its place",
    async prepare(home) {
      rmSync(home.at(MACHINE_KEY));
      expectGood(writeMachineKey(home.folder, MACHINE_KEY, await Identity.generate("machine"), 0));
    },
    command: recoverIt,
    serving: false,
  },
  {
    name: "recover, the keyring missing",
    prepare: (home) => rmSync(home.at(KEYRING)),
    command: recoverIt,
    serving: true,
  },
  {
    name: "recover, the keyring damaged and the machine key missing",
    prepare(home) {
      writeFileSync(home.at(KEYRING), "{");
      rmSync(home.at(MACHINE_KEY));
    },
    command: recoverIt,
    serving: false,
  },
];

for (const { name, prepare, command, serving } of cases)
  test.each([...stops])(
    `${name}: stopped at every step (%s), no secret is lost and the next run ends it`,
    async (how) => {
      const steps = await untilItIsThrough(async (n) => {
        using home = await initialisedHome();
        const store = new MemoryStore(await sealedSecrets(await keyringOf(home.folder), clear));
        await prepare(home);
        const before = keyFiles(home.folder);

        const reached = await runStopping(home, store, n, how, command);
        await expectAllOpen(store, { identities: [home.recovery] });
        if (serving) await expectAllOpen(store, await readKeys(home.folder));

        const again = await command(home, store, home);
        expect(again.ok).toBe(true);
        await expectSettled(home, store);
        for (const text of before) expect(keyFiles(home.folder)).toContain(text);
        return reached;
      });
      expect(steps).toBeGreaterThan(5);
    },
  );

test.each([...stops])(
  "rotate --recovery: stopped at every step (%s), the machine key opens all and reseal ends it",
  async (how) => {
    await untilItIsThrough(async (n) => {
      using home = await initialisedHome();
      const store = new MemoryStore(await sealedSecrets(await keyringOf(home.folder), clear));
      const reached = await runStopping(home, store, n, how, rotateRecovery);
      await expectAllOpen(store, await readKeys(home.folder));
      expect((await resealSecrets(home, store)).ok).toBe(true);
      await expectSettled(home, store);
      return reached;
    });
  },
);

test.each([...stops])("init: stopped at every step (%s), the next run ends it or finds it done", async (how) => {
  await untilItIsThrough(async (n) => {
    using home = testHome();
    const stopping = new Stopping(home.folder, n, how);
    await unlessStopped(createKeys({ ...home, folder: stopping.folder }, []));
    const again = await createKeys(home, []);
    if (!again.ok) expect(again.error.because).toStartWith("they exist already");
    const keys = await readKeys(home.folder);
    expect([keys.keyring.at, keys.file.at, keys.next.at]).toEqual(["present", "present", "missing"]);
    return stopping.reached;
  });
});

/** How many steps there were to go wrong. */
async function untilItIsThrough(run: (n: number) => Promise<boolean>): Promise<number> {
  for (let n = 1; n < 100; n++) if (!(await run(n))) return n - 1;
  throw new Error("it has no end");
}

async function runStopping(home: Home, store: SecretStore, n: number, how: Stop, command: Command): Promise<boolean> {
  const stopping = new Stopping(home.folder, n, how);
  await unlessStopped(command({ ...home, folder: stopping.folder }, stopping.store(store), home));
  return stopping.reached;
}

async function unlessStopped(run: Promise<unknown>): Promise<void> {
  try {
    await run;
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
}

async function expectAllOpen(store: MemoryStore, opener: Opener): Promise<void> {
  const opened: Record<string, string> = {};
  for (const { path, sealed } of store.secrets)
    opened[path] = expectGood(await openSealed(sealed, secretOf(path), opener));
  expect(opened).toEqual(clear);
}

/** One machine key, the expected one, in its place; every secret sealed to it and to the recovery key. */
async function expectSettled(home: TestHome, store: MemoryStore): Promise<void> {
  const keys = await readKeys(home.folder);
  expect(keyTroubles(keys, store.secrets.length)).toEqual([]);
  expect(keys.next.at).toBe("missing");
  const keyring = await keyringOf(home.folder);
  for (const { sealed } of store.secrets) expect(isCurrent(sealed, keyring)).toBe(true);
  await expectAllOpen(store, { identities: keys.identities.slice(0, 1) });
  const kept = (await readKeptKeys(home.folder)).map((it) => it.id);
  expect(kept).not.toContain(keyring.machine.id);
}

/** The contents of all files that may hold a machine key. */
const keyFiles = (folder: KeyFolder): readonly string[] =>
  folder
    .names()
    .filter((name) => name.startsWith(MACHINE_KEY) && !name.endsWith(".tmp"))
    .map((name) => readFileSync(`${folder.path}/${name}`, "utf8"));
