// New keys in the place of good ones: the machine key, or the recovery key that was lost or seen by others. Neither
// works without a machine key that is right; for that there is "recover".
import type { Fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { sealEvents } from "./events.ts";
import { Identity, type KeyId } from "./identity.ts";
import { keySubject } from "./key-file.ts";
import { KEYRING, MACHINE_KEY } from "./key-folder.ts";
import type { KeyRoom } from "./key-room.ts";
import { type Keyring, publicKey, withKey, writeKeyring } from "./keyring.ts";
import { type Keys, readKeys } from "./keys.ts";
import { isRight } from "./machine-key.ts";
import { type ReplacedMachineKey, replaceMachineKey } from "./replace-machine-key.ts";
import { type Resealed, resealAll } from "./reseal.ts";
import type { SecretStore } from "./sealed.ts";

export async function rotate(room: KeyRoom, store: SecretStore): Promise<Result<ReplacedMachineKey, Fault>> {
  const keys = await readKeys(room.folder);
  const keyring = usableKeyring(keys);
  if (!keyring.ok) return keyring;
  const replaced = await replaceMachineKey(room, keys, keyring.value, keys.identities, store);
  if (replaced.ok) {
    const { machine, former = "unknown" } = replaced.value;
    room.report(sealEvents.machineKeyRotated, keySubject(room.folder, MACHINE_KEY), { machine, former });
  }
  return replaced;
}

export interface ReplacedRecoveryKey {
  /** To be shown once (`reveal`), also when resealing failed: new secrets are sealed to it already. */
  readonly recovery: Identity;
  readonly former: KeyId;
  readonly resealed: Result<Resealed, Fault>;
}

/**
 * The keyring is changed first, then the secrets. Between the two the machine key opens everything and the old
 * recovery key what is not resealed yet; "reseal" ends what was cut short.
 */
export async function rotateRecovery(room: KeyRoom, store: SecretStore): Promise<Result<ReplacedRecoveryKey, Fault>> {
  const { folder, clock, report } = room;
  const keys = await readKeys(folder);
  const before = usableKeyring(keys);
  if (!before.ok) return before;
  const recovery = await Identity.generate("recovery");
  const keyring = withKey(before.value, "recovery", publicKey(recovery, clock.wallMs()));
  const written = writeKeyring(folder, keyring, "change");
  if (!written.ok) return written;

  const former = before.value.recovery.id;
  report(sealEvents.recoveryKeyReplaced, keySubject(folder, KEYRING), { recovery: recovery.id, former });
  return good({ recovery, former, resealed: await resealAll(room, store, keys, keyring) });
}

/** The keyring, when the machine key it names is at hand. */
export function usableKeyring({ keyring, machine }: Keys): Result<Keyring, Fault> {
  if (keyring.at !== "present") return bad(keyring.trouble);
  return isRight(machine) ? good(keyring.keyring) : bad(machine.trouble);
}
