// The way back with the recovery key: a new machine key for one that is lost, and secrets that only that key still
// opens. The recovery key itself is given by its owner and kept nowhere.
import { type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { sealEvents } from "./events.ts";
import { Identity } from "./identity.ts";
import { keySubject, unwritable } from "./key-file.ts";
import { KEYRING, MACHINE_KEY, setAside } from "./key-folder.ts";
import type { KeyRoom } from "./key-room.ts";
import { type Keyring, publicKey } from "./keyring.ts";
import { type Keys, readKeptKeys, readKeys } from "./keys.ts";
import { type ReplacedMachineKey, replaceMachineKey } from "./replace-machine-key.ts";
import { type Resealed, resealAll } from "./reseal.ts";
import { usableKeyring } from "./rotate.ts";
import type { SecretStore } from "./sealed.ts";

/** `recoveryKey`: as it was shown, or the text of an age identity file. */
export async function recover(
  room: KeyRoom,
  store: SecretStore,
  recoveryKey: string,
): Promise<Result<ReplacedMachineKey, Fault>> {
  const given = await recoveryIdentity(room, recoveryKey);
  if (!given.ok) return given;
  const recovery = given.value;
  const keys = await readKeys(room.folder);
  const keyring = await keyringFor(room, keys, store, recovery);
  if (!keyring.ok) return keyring;
  const replaced = await replaceMachineKey(room, keys, keyring.value, [recovery, ...keys.identities], store);
  if (replaced.ok)
    room.report(sealEvents.machineKeyRecovered, keySubject(room.folder, MACHINE_KEY), {
      machine: replaced.value.machine,
      recovery: recovery.id,
    });
  return replaced;
}

/** Seals what is old to the keys in use; opens it with all keys at hand, and with a recovery key of any installation. */
export async function resealSecrets(
  room: KeyRoom,
  store: SecretStore,
  recoveryKey?: string,
): Promise<Result<Resealed, Fault>> {
  const given = recoveryKey === undefined ? undefined : await recoveryIdentity(room, recoveryKey);
  if (given?.ok === false) return given;
  const keys = await readKeys(room.folder);
  const keyring = usableKeyring(keys);
  if (!keyring.ok) return keyring;
  const kept = await readKeptKeys(room.folder);
  const identities = [...keys.identities, ...kept, ...(given === undefined ? [] : [given.value])];
  return resealAll(room, store, { identities }, keyring.value);
}

async function recoveryIdentity({ folder }: KeyRoom, text: string): Promise<Result<Identity, Fault>> {
  const parsed = await Identity.parse("recovery", text);
  if (parsed.ok) return parsed;
  const because = `what was given is no recovery key: ${parsed.error}`;
  return bad(fault(keySubject(folder), ATTEMPTED, because, "Give its one line, whole and in capital letters"));
}

const ATTEMPTED = "Cannot use the recovery key";

/** The keyring that is there, when it knows the recovery key; one to be begun anew where it is lost or damaged. */
async function keyringFor(
  room: KeyRoom,
  { keyring }: Keys,
  store: SecretStore,
  recovery: Identity,
): Promise<Result<Keyring | Omit<Keyring, "machine">, Fault>> {
  const wrong = (expected: string): Fault =>
    fault(
      keySubject(room.folder, KEYRING),
      ATTEMPTED,
      `${expected} is expected, ${recovery.id} was given`,
      `Give the key ${expected}; secrets of another installation are opened by "inetsrv keys reseal"`,
    );
  switch (keyring.at) {
    case "present": {
      const { keyring: it } = keyring;
      if (recovery.id === it.recovery.id) return good(it);
      // One that was replaced is worth something only while a secret is still sealed to it: whoever kept a copy of it
      // could otherwise put a machine key of his own in the place of ours.
      const secrets = await store.list();
      if (!secrets.ok) return secrets;
      const needed = secrets.value.some(({ sealed }) => sealed.$sealed.keys.includes(recovery.id));
      const former = it.former.some(({ id }) => id === recovery.id);
      return former && needed ? good(it) : bad(wrong(it.recovery.id));
    }
    case "missing":
    case "damaged": {
      // Only the secrets can tell now whether it is the right one; a wrong one would be named as right for ever.
      const secrets = await store.list();
      if (!secrets.ok) return secrets;
      const expected = new Set(
        secrets.value.flatMap((it) => it.sealed.$sealed.keys).filter((id) => id.startsWith("recovery-")),
      );
      if (expected.size > 0 && !expected.has(recovery.id)) return bad(wrong([...expected].join(" or ")));
      const { folder, clock } = room;
      const aside = keyring.at === "damaged" ? setAside(folder, KEYRING, clock.wallMs()) : good(undefined);
      if (!aside.ok) return bad(unwritable(folder, KEYRING, aside.error));
      return good({ recovery: publicKey(recovery, clock.wallMs()), former: [] });
    }
    case "unreadable":
    case "badly-owned":
      return bad(keyring.trouble);
  }
}
