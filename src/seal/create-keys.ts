// The first keys of an installation, made by "init" and by nothing else. Never touches keys that exist.
import { type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { sealEvents } from "./events.ts";
import { Identity, type KeyId } from "./identity.ts";
import { keySubject, unwritable } from "./key-file.ts";
import { KEYRING, MACHINE_KEY } from "./key-folder.ts";
import type { KeyRoom } from "./key-room.ts";
import { publicKey, writeKeyring } from "./keyring.ts";
import { readKeys } from "./keys.ts";
import { isRight, writeMachineKey } from "./machine-key.ts";
import type { Secret } from "./sealed.ts";

export interface CreatedKeys {
  readonly machine: KeyId;
  /** To be shown once (`reveal`) and then forgotten: it is stored nowhere. */
  readonly recovery: Identity;
}

/**
 * The machine key first, the keyring last: without a keyring nothing can have been sealed, so a run that died between
 * the two is taken up by the next one. `secrets` are those that exist: with them a missing keyring is a loss, not a
 * beginning. Of two runs at the same moment one wins and the other is refused.
 */
export async function createKeys(room: KeyRoom, secrets: readonly Secret[]): Promise<Result<CreatedKeys, Fault>> {
  const { folder, clock, report } = room;
  const made = folder.make();
  if (!made.ok) return bad(unwritable(folder, "", made.error));

  const { keyring, file } = await readKeys(folder);
  if (keyring.at === "present") {
    const { machine, recovery } = keyring.keyring;
    return bad(
      fault(
        keySubject(folder, KEYRING),
        "Cannot create keys",
        `they exist already: ${machine.id} and ${recovery.id}, since ${new Date(machine.createdMs).toISOString()}`,
        'For a new machine key: "inetsrv keys rotate"; when the recovery key was lost or never seen: "inetsrv keys rotate --recovery"',
      ),
    );
  }
  if (keyring.at !== "missing" || secrets.length > 0) return bad(keyring.trouble);
  if (!isRight(file) && file.at !== "missing") return bad(file.trouble);

  const nowMs = clock.wallMs();
  const machine = isRight(file) ? file.identity : await Identity.generate("machine");
  const recovery = await Identity.generate("recovery");
  if (file.at === "missing") {
    const written = writeMachineKey(folder, MACHINE_KEY, machine, nowMs);
    if (!written.ok) return written;
  }
  const keys = { machine: publicKey(machine, nowMs), recovery: publicKey(recovery, nowMs), former: [] };
  const written = writeKeyring(folder, keys, "first");
  if (!written.ok) return written;

  report(sealEvents.keysCreated, keySubject(folder, MACHINE_KEY), { machine: machine.id, recovery: recovery.id });
  return good({ machine: machine.id, recovery });
}
