// What is so with the keys and the secrets, for "inetsrv keys status": data for a screen, for JSON or for the doctor.
// Reads and opens, changes nothing, prints nothing, and forgets every clear text at once.
import { about, type Fault } from "../base/fault.ts";
import { isKeyId, type KeyId } from "./identity.ts";
import { type KeyFolder, MACHINE_KEY, NEXT_MACHINE_KEY } from "./key-folder.ts";
import type { FormerKey, Keyring, KeyringState, PublicKey } from "./keyring.ts";
import { type Keys, keptNames, keyTroubles, readKeys } from "./keys.ts";
import { identityIn, type MachineKeyState, octal, readMachineKey } from "./machine-key.ts";
import { openSealed } from "./seal.ts";
import { isCurrent, type Secret } from "./sealed.ts";

export interface KeyStatus {
  readonly folder: string;
  readonly keyring: KeyringState["at"];
  readonly machine: PublicKey | undefined;
  readonly recovery: PublicKey | undefined;
  readonly former: readonly FormerKey[];
  /** `machine.key` first; others only when they are there. */
  readonly files: readonly KeyFileStatus[];
  readonly secrets: SecretsStatus;
  readonly warnings: readonly Fault[];
}

export interface KeyFileStatus {
  readonly name: string;
  readonly at: MachineKeyState["at"];
  readonly id?: KeyId;
  readonly uid?: number;
  readonly mode?: string;
  readonly createdMs?: number;
}

export interface SecretsStatus {
  readonly total: number;
  readonly opened: number;
  /** Not sealed to exactly the keys in use: "inetsrv keys reseal" mends that. */
  readonly stale: number;
  readonly sealedTo: readonly { readonly id: string; readonly is: KeyUse; readonly secrets: number }[];
  /** The first thousand. */
  readonly unopened: readonly Fault[];
}

export type KeyUse = "machine key" | "recovery key" | "former key" | "unknown key";

/** Opens every secret, which takes about a millisecond each. */
export async function keyStatus(folder: KeyFolder, secrets: Iterable<Secret>): Promise<KeyStatus> {
  const keys = await readKeys(folder);
  const keyring = keys.keyring.at === "present" ? keys.keyring.keyring : undefined;
  const status = await secretsStatus(secrets, keys, keyring);
  return {
    folder: folder.path,
    keyring: keys.keyring.at,
    machine: keyring?.machine,
    recovery: keyring?.recovery,
    former: keyring?.former ?? [],
    files: await filesStatus(folder, keys),
    secrets: status,
    warnings: keyTroubles(keys, status.total),
  };
}

async function filesStatus(folder: KeyFolder, { file, next }: Keys): Promise<readonly KeyFileStatus[]> {
  const files = [fileStatus(MACHINE_KEY, file)];
  if (next.at !== "missing") files.push(fileStatus(NEXT_MACHINE_KEY, next));
  for (const name of keptNames(folder)) files.push(fileStatus(name, await readMachineKey(folder, undefined, name)));
  return files;
}

function fileStatus(name: string, state: MachineKeyState): KeyFileStatus {
  const id = identityIn(state)?.id;
  return {
    name,
    at: state.at,
    ...(id === undefined ? {} : { id }),
    ...("uid" in state ? { uid: state.uid } : {}),
    ...("mode" in state ? { mode: octal(state.mode) } : {}),
    ...("createdMs" in state && state.createdMs !== undefined ? { createdMs: state.createdMs } : {}),
  };
}

async function secretsStatus(
  secrets: Iterable<Secret>,
  keys: Keys,
  keyring: Keyring | undefined,
): Promise<SecretsStatus> {
  const counts = new Map<string, number>();
  const unopened: Fault[] = [];
  let total = 0;
  let opened = 0;
  let stale = 0;
  for (const { path, sealed } of secrets) {
    total++;
    if (keyring === undefined || !isCurrent(sealed, keyring)) stale++;
    for (const id of sealed.$sealed.keys) counts.set(id, (counts.get(id) ?? 0) + 1);
    const result = await openSealed(sealed, about("secret", path), keys);
    if (result.ok) opened++;
    else if (unopened.length < UNOPENED_MAX) unopened.push(result.error);
  }
  const sealedTo = [...counts].map(([id, secrets]) => ({ id, is: useOf(id, keyring), secrets }));
  return { total, opened, stale, sealedTo, unopened };
}

const UNOPENED_MAX = 1000;

function useOf(id: string, keyring: Keyring | undefined): KeyUse {
  if (keyring === undefined || !isKeyId(id)) return "unknown key";
  if (id === keyring.machine.id) return "machine key";
  if (id === keyring.recovery.id) return "recovery key";
  return keyring.former.some((it) => it.id === id) ? "former key" : "unknown key";
}
