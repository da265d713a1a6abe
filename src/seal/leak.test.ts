// Every failure and every event of this room is brought about here once, and read for what must not be in it.
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { about, type Fault } from "../base/fault.ts";
import type { Result } from "../base/result.ts";
import type { Occurrence } from "../event/event.ts";
import { createKeys } from "./create-keys.ts";
import { sealEvents } from "./events.ts";
import { Identity } from "./identity.ts";
import { KEYRING, type KeyFolder, MACHINE_KEY, NEXT_MACHINE_KEY } from "./key-folder.ts";
import { readKeys } from "./keys.ts";
import { writeMachineKey } from "./machine-key.ts";
import { openWithPassphrase, sealUnderPassphrase } from "./passphrase.ts";
import { recover, resealSecrets } from "./recovery.ts";
import { rotate, rotateRecovery } from "./rotate.ts";
import { openSealed, sealText } from "./seal.ts";
import { keyStatus } from "./status.ts";
import type { Trouble } from "./trouble.ts";
import { initialisedHome, keyringOf, MemoryStore, Stopping, sealedSecrets, secretOf, type TestHome } from "./twins.ts";

const clear = "correct horse battery staple";
const passphrase = "tr0ub4dor and three";

test("no clear text, key or passphrase in any fault, event or status; and every event of the catalogue happens", async () => {
  const said: unknown[] = [];
  const told: Occurrence[] = [];
  const bring = async (wrong: (home: Awaited<ReturnType<typeof broken>>) => Promise<void> | void) => {
    using home = await broken();
    await wrong(home);
    await everyCommand(home, said);
    told.push(...home.told);
  };

  await bring(() => {});
  await bring((home) => rmSync(home.at(MACHINE_KEY)));
  await bring((home) => writeFileSync(home.at(MACHINE_KEY), `${home.recovery.reveal().slice(0, -1)}x`));
  await bring((home) => chmodSync(home.at(MACHINE_KEY), 0o644));
  await bring((home) => chmodSync(home.folder.path, 0o755));
  await bring((home) => renameSync(home.at(MACHINE_KEY), home.at(NEXT_MACHINE_KEY)));
  await bring((home) => rmSync(home.at(KEYRING)));
  await bring((home) => writeFileSync(home.at(KEYRING), home.recovery.reveal()));
  await bring((home) => {
    rmSync(home.at(MACHINE_KEY));
    mkdirSync(home.at(MACHINE_KEY));
  });
  await bring(async (home) => {
    rmSync(home.at(MACHINE_KEY));
    writeMachineKey(home.folder, MACHINE_KEY, await Identity.generate("machine"), 0);
  });
  await bring((home) => {
    const [secret] = home.store.secrets;
    if (secret === undefined) throw new Error("no secret");
    const age = secret.sealed.$sealed.age.replace("\n", "\nAAAA");
    home.store.secrets = [{ ...secret, sealed: { $sealed: { ...secret.sealed.$sealed, age } } }];
  });
  await bring((home) => {
    home.folder = { ...home.folder, read: (name) => ofStranger(home.real.read(name)) };
  });
  await bring((home) => {
    home.folder = new Stopping(home.real, 1, "refused").folder;
  });

  const subject = about("file", "export.age");
  const exported = await sealUnderPassphrase(clear, passphrase, subject, 4);
  said.push(exported, await sealUnderPassphrase(clear, passphrase.slice(0, 5), subject, 4));
  if (exported.ok) said.push(await openWithPassphrase(exported.value, `${passphrase}x`, subject));

  const missed = Object.values(sealEvents)
    .map((it) => it.number)
    .filter((number) => !told.some((it) => it.number === number));
  expect(missed).toEqual([]);
  const text = [...said, ...told].map((it) => `${JSON.stringify(it)}\n${Bun.inspect(it, { depth: 20 })}`).join("\n");
  expect(text.length).toBeGreaterThan(50_000);
  for (const secret of [clear, "AGE-SECRET-KEY", passphrase.slice(0, 5)]) expect(text).not.toContain(secret);
});

async function broken() {
  const home: Omit<TestHome, "folder"> & { folder: KeyFolder; readonly recovery: Identity } = await initialisedHome();
  const real = home.folder;
  const store = new MemoryStore(await sealedSecrets(await keyringOf(real), { "smtp/relay/password": clear }));
  return { ...home, real, store };
}

async function everyCommand(home: Awaited<ReturnType<typeof broken>>, said: unknown[]): Promise<void> {
  const { store, recovery } = home;
  const keys = await readKeys(home.folder);
  for (const trouble of keys.troubles) trouble.tell(home.report);
  const say = (result: Result<unknown, Fault | Trouble>) => {
    said.push(result);
    if (!result.ok && "tell" in result.error) result.error.tell(home.report);
  };
  for (const { path, sealed } of store.secrets) {
    const opened = await openSealed(sealed, secretOf(path), keys);
    if (!opened.ok) say(opened);
  }
  said.push(keys, await keyStatus(home.folder, store.secrets));
  if (keys.keyring.at === "present") say(await sealText(`${clear}\ud800`, keys.keyring.keyring, secretOf("a")));
  if (keys.keyring.at === "present") say(await sealText(clear.repeat(9999), keys.keyring.keyring, secretOf("a")));
  say(await createKeys(home, store.secrets));
  say(await rotate(home, store));
  say(await recover(home, store, recovery.reveal().toLowerCase()));
  say(await recover(home, store, (await Identity.generate("recovery")).reveal()));
  say(await recover(home, store, recovery.reveal()));
  say(await rotateRecovery(home, store));
  say(await resealSecrets(home, store));
}

const ofStranger = (found: ReturnType<KeyFolder["read"]>) => (found.at === "found" ? { ...found, uid: 54321 } : found);
