import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { sentence } from "../base/fault.ts";
import { bad, expectGood, good } from "../base/result.ts";
import { Identity } from "./identity.ts";
import { KEYRING, MACHINE_KEY } from "./key-folder.ts";
import { readKeys } from "./keys.ts";
import { recover, resealSecrets } from "./recovery.ts";
import { rotate, rotateRecovery } from "./rotate.ts";
import { openSealed } from "./seal.ts";
import { initialisedHome, keyringOf, MemoryStore, sealedSecrets, secretOf } from "./twins.ts";

const path = "smtp/relay/password";

async function homeWithSecret() {
  const home = await initialisedHome();
  const keyring = await keyringOf(home.folder);
  return { ...home, keyring, store: new MemoryStore(await sealedSecrets(keyring, { [path]: "clear" })) };
}

async function openedIn(home: Awaited<ReturnType<typeof homeWithSecret>>) {
  const [secret] = home.store.secrets;
  return secret && openSealed(secret.sealed, secretOf(path), await readKeys(home.folder));
}

test("rotate: a new key, the old one among the former and set aside, secrets sealed anew", async () => {
  using home = await homeWithSecret();
  const old = readFileSync(home.at(MACHINE_KEY), "utf8");
  home.clock.advance(1000);
  const { machine, former, done, total, unopened } = expectGood(await rotate(home, home.store));
  expect({ former, done, total, unopened }).toEqual({
    former: home.keyring.machine.id,
    done: 1,
    total: 1,
    unopened: [],
  });
  expect(await openedIn(home)).toEqual(good("clear"));
  const { createdMs } = home.keyring.machine;
  const keyring = await keyringOf(home.folder);
  expect(keyring.machine.id).toBe(machine);
  expect(keyring.former).toEqual([{ id: former as never, createdMs, retiredMs: createdMs + 1000 }]);
  const aside = `${MACHINE_KEY}.2026-07-03T10-11-13.000Z.aside`;
  expect(home.folder.names()).toEqual([KEYRING, MACHINE_KEY, aside]);
  expect(readFileSync(home.at(aside), "utf8")).toBe(old);
  expect(home.told.slice(1).map((it) => it.sentence)).toEqual([
    `${home.at(KEYRING)}: 1 of 1 secrets were sealed anew to its keys.`,
    `${home.at(MACHINE_KEY)} is now ${machine}; before it was ${former}.`,
  ]);
});

test("rotate twice in one millisecond keeps both old keys", async () => {
  using home = await homeWithSecret();
  expectGood(await rotate(home, home.store));
  expectGood(await rotate(home, home.store));
  expect(home.folder.names().filter((it) => it.endsWith(".aside"))).toHaveLength(2);
});

test("rotate without the machine key is refused and sends to recover", async () => {
  using home = await homeWithSecret();
  rmSync(home.at(MACHINE_KEY));
  const refused = await rotate(home, home.store);
  expect(refused).toMatchObject({ ok: false, error: { remedy: expect.stringContaining("inetsrv keys recover") } });
  expect(home.folder.names()).toEqual([KEYRING]);
});

test("a secret set anew while keys rotate stops the change, and the next run ends it", async () => {
  using home = await homeWithSecret();
  const { store } = home;
  const meddled = {
    list: () => store.list(),
    async replace(changes: Parameters<typeof store.replace>[0]) {
      store.secrets = await sealedSecrets(await keyringOf(home.folder), { [path]: "set in the meantime" });
      return store.replace(changes);
    },
  };
  expect(await rotate(home, meddled)).toMatchObject({ ok: false, error: { because: "it was set anew" } });
  expect(await openedIn(home)).toEqual(good("set in the meantime"));
  expectGood(await rotate(home, store));
  expect(await openedIn(home)).toEqual(good("set in the meantime"));
});

test("recover: the damaged file is set aside, a new key opens the secrets again", async () => {
  using home = await homeWithSecret();
  writeFileSync(home.at(MACHINE_KEY), "garbage");
  expect((await openedIn(home))?.ok).toBe(false);
  const { machine } = expectGood(await recover(home, home.store, `\n ${home.recovery.reveal()} \n`));
  expect(await openedIn(home)).toEqual(good("clear"));
  expect(machine).not.toBe(home.keyring.machine.id);
  expect((await keyringOf(home.folder)).recovery).toEqual(home.keyring.recovery);
  const aside = home.folder.names().find((it) => it.endsWith(".aside"));
  expect(readFileSync(home.at(aside ?? ""), "utf8")).toBe("garbage");
});

test("recover with another recovery key names both and changes nothing", async () => {
  using home = await homeWithSecret();
  rmSync(home.at(MACHINE_KEY));
  const stranger = await Identity.generate("recovery");
  const refused = await recover(home, home.store, stranger.reveal());
  expect(refused.ok ? "" : sentence(refused.error)).toBe(
    `Cannot use the recovery key: ${home.recovery.id} is expected, ${stranger.id} was given. ` +
      `Give the key ${home.recovery.id}; secrets of another installation are opened by "inetsrv keys reseal"`,
  );
  expect(home.folder.names()).toEqual([KEYRING]);
});

test("recover with what is no key says so without repeating it", async () => {
  using home = await homeWithSecret();
  const cut = home.recovery.reveal().slice(0, 60);
  const refused = await recover(home, home.store, cut);
  expect(refused).toMatchObject({ ok: false, error: { because: expect.stringContaining("is not an age secret key") } });
  expect(JSON.stringify(refused)).not.toContain(cut.slice(20));
});

test("recover without a keyring takes the recovery key that the secrets name, and no other", async () => {
  using home = await homeWithSecret();
  writeFileSync(home.at(KEYRING), "{}");
  rmSync(home.at(MACHINE_KEY));
  const stranger = await Identity.generate("recovery");
  expect(await recover(home, home.store, stranger.reveal())).toMatchObject({
    ok: false,
    error: { because: `${home.recovery.id} is expected, ${stranger.id} was given` },
  });
  expect(readFileSync(home.at(KEYRING), "utf8")).toBe("{}");
  const { former } = expectGood(await recover(home, home.store, home.recovery.reveal()));
  expect(former).toBeUndefined();
  expect(await openedIn(home)).toEqual(good("clear"));
  const aside = home.folder.names().find((it) => it.startsWith(KEYRING) && it.endsWith(".aside"));
  expect(readFileSync(home.at(aside ?? ""), "utf8")).toBe("{}");
});

test("recover does not touch a keyring that it may not read: that is mended by its owner", async () => {
  using home = await homeWithSecret();
  rmSync(home.at(KEYRING));
  mkdirSync(home.at(KEYRING));
  expect(await recover(home, home.store, home.recovery.reveal())).toMatchObject({
    ok: false,
    error: { because: expect.stringContaining("it is a folder (EISDIR)") },
  });
  expect(home.folder.names()).toEqual([KEYRING, MACHINE_KEY]);
});

test("recover leaves alone what the recovery key does not open, and names it", async () => {
  using home = await homeWithSecret();
  using elsewhere = await initialisedHome();
  const foreign = await sealedSecrets(await keyringOf(elsewhere.folder), { "ftp/password": "foreign" });
  home.store.secrets = [...home.store.secrets, ...foreign];
  rmSync(home.at(MACHINE_KEY));
  const result = expectGood(await recover(home, home.store, home.recovery.reveal()));
  expect(result).toMatchObject({
    done: 1,
    total: 2,
    unopened: [{ subject: { kind: "secret", name: "ftp/password" } }],
  });
  expect(home.store.secrets[1]).toEqual(foreign[0] as never);
  expect(home.told.map((it) => it.number)).toEqual([3000, 3004, 3031, 3002]);
});

test("a store that fails is told as it tells it, and nothing is lost", async () => {
  using home = await homeWithSecret();
  rmSync(home.at(MACHINE_KEY));
  const fault = { subject: secretOf(path), attempted: "a", because: "the disk is full", remedy: "r" };
  const full = { list: () => home.store.list(), replace: async () => bad(fault) };
  expect(await recover(home, full, home.recovery.reveal())).toEqual(bad(fault));
  expectGood(await recover(home, home.store, home.recovery.reveal()));
  expect(await openedIn(home)).toEqual(good("clear"));
});

test("rotate --recovery: the new key opens everything, the old one nothing that was resealed", async () => {
  using home = await homeWithSecret();
  const { recovery, former, resealed } = expectGood(await rotateRecovery(home, home.store));
  expect(former).toBe(home.recovery.id);
  expect(expectGood(resealed)).toMatchObject({ done: 1, total: 1 });
  const sealed = home.store.secrets[0]?.sealed;
  if (sealed === undefined) throw new Error("no secret");
  expect(await openSealed(sealed, secretOf(path), { identities: [recovery] })).toEqual(good("clear"));
  expect((await openSealed(sealed, secretOf(path), { identities: [home.recovery] })).ok).toBe(false);
  expect(await openedIn(home)).toEqual(good("clear"));
});

test("a former recovery key is still good for recover: secrets may not have been resealed yet", async () => {
  using home = await homeWithSecret();
  const unreachable = { list: () => home.store.list(), replace: async () => bad(notNow) };
  const notNow = { subject: secretOf(path), attempted: "a", because: "b", remedy: "r" };
  const { resealed } = expectGood(await rotateRecovery(home, unreachable));
  expect(resealed).toEqual(bad(notNow));
  rmSync(home.at(MACHINE_KEY));
  expectGood(await recover(home, home.store, home.recovery.reveal()));
  expect(await openedIn(home)).toEqual(good("clear"));
});

test("reseal opens an old revision's secret with a machine key that was set aside", async () => {
  using home = await homeWithSecret();
  const old = home.store.secrets;
  expectGood(await rotate(home, home.store));
  home.store.secrets = old;
  expect(await openedIn(home)).toMatchObject({
    ok: false,
    error: { because: expect.stringContaining(`is sealed to ${home.keyring.machine.id}`) },
  });
  expect(expectGood(await resealSecrets(home, home.store))).toMatchObject({ done: 1, total: 1 });
  expect(await openedIn(home)).toEqual(good("clear"));
});

test("reseal takes over the secrets of another installation with its recovery key", async () => {
  using home = await homeWithSecret();
  using elsewhere = await initialisedHome();
  home.store.secrets = await sealedSecrets(await keyringOf(elsewhere.folder), { [path]: "moved" });
  expect(expectGood(await resealSecrets(home, home.store))).toMatchObject({ done: 0, total: 1 });
  expectGood(await resealSecrets(home, home.store, elsewhere.recovery.reveal()));
  expect(await openedIn(home)).toEqual(good("moved"));
});

test("reseal changes nothing when all is current, and tells nothing", async () => {
  using home = await homeWithSecret();
  const before = home.store.secrets;
  expect(expectGood(await resealSecrets(home, home.store))).toEqual({ done: 0, total: 0, unopened: [] });
  expect(home.store.secrets).toBe(before);
  expect(home.told.map((it) => it.number)).toEqual([3000]);
});
