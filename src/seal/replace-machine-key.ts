// A new machine key in the place of another, so that a crash at any moment loses no secret and the same command,
// given again, ends the work. No key is deleted: what is replaced stays beside it as `machine.key.<date>.aside`.
//
// The steps; each is on the disk before the next begins:
//   1. the new key is written as `machine.key.next`
//   2. the keyring names it: from now on secrets are sealed to it
//   3. all older secrets are sealed anew, as one change of the configuration
//   4. `machine.key` is set aside, `machine.key.next` takes its name
//
// Every state of the files, what a start does with it, and what the next "keys rotate" or "keys recover" does:
//
// | keyring | machine.key | .next | how it came about     | a start                   | the next command            |
// | ------- | ----------- | ----- | --------------------- | ------------------------- | --------------------------- |
// | none    | none        | none  | never initialised     | nothing; "init" creates   | refused                     |
// | none    | any         | any   | keyring lost, or      | opens with the keys there | recover makes a new keyring |
// |         |             |       | "init" died           | are, seals nothing        | ("init" again ends "init")  |
// | A       | A           | none  | all is well           | opens with A              | begins at 1                 |
// | A       | A           | B     | died after 1          | opens with A              | takes B, goes on at 2       |
// | B       | A           | B     | died in 2 to 4        | opens with B and A        | goes on at 3                |
// | B       | not a key   | B     | recover died in 2 to 4| opens with B              | goes on at 3                |
// | B       | none        | B     | died inside 4         | opens with B              | ends 4                      |
// | A       | not A       | none  | machine key lost      | tells it; no secret opens | rotate refused; recover: 1  |
// | A       | not A       | B     | recover died after 1  | tells it; no secret opens | rotate refused; recover: 2  |
//
// `*.tmp` was being written when somebody died: never in use, ignored. `*.aside`: ignored, but "reseal" tries them.
import type { Fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { Identity, type KeyId, roleOf } from "./identity.ts";
import { unwritable } from "./key-file.ts";
import { MACHINE_KEY, NEXT_MACHINE_KEY, setAside } from "./key-folder.ts";
import type { KeyRoom } from "./key-room.ts";
import { type Keyring, publicKey, withKey, writeKeyring } from "./keyring.ts";
import type { Keys } from "./keys.ts";
import { identityIn, isRight, readMachineKey, writeMachineKey } from "./machine-key.ts";
import { type Resealed, resealAll } from "./reseal.ts";
import type { SecretStore } from "./sealed.ts";
import type { Trouble } from "./trouble.ts";

export interface ReplacedMachineKey extends Resealed {
  readonly machine: KeyId;
  /** The machine key before it; unknown where the keyring had to be begun anew. */
  readonly former: KeyId | undefined;
}

/** `keyring` as it was, or without a machine key where it had to be begun anew; `identities` open the secrets. */
export async function replaceMachineKey(
  room: KeyRoom,
  keys: Keys,
  keyring: Keyring | Omit<Keyring, "machine">,
  identities: readonly Identity[],
  store: SecretStore,
): Promise<Result<ReplacedMachineKey, Fault>> {
  const next = await nextKey(room, keys);
  if (!next.ok) return next;
  const machine = next.value.id;
  const named = nameKey(room, keyring, next.value);
  if (!named.ok) return named;
  const resealed = await resealAll(room, store, { identities: [...identities, next.value] }, named.value);
  if (!resealed.ok) return resealed;
  const settled = await settle(room, machine);
  const former = named.value.former.findLast((it) => roleOf(it.id) === "machine")?.id;
  return settled.ok ? good({ ...resealed.value, machine, former }) : settled;
}

/** Step 1, or the key that an earlier run left there. */
async function nextKey({ folder, clock }: KeyRoom, { next }: Keys): Promise<Result<Identity, Trouble>> {
  const left = identityIn(next);
  if (left !== undefined) return good(left);
  if (next.at !== "missing") {
    const aside = setAside(folder, NEXT_MACHINE_KEY, clock.wallMs());
    if (!aside.ok) return bad(unwritable(folder, NEXT_MACHINE_KEY, aside.error));
  }
  const made = await Identity.generate("machine");
  const written = writeMachineKey(folder, NEXT_MACHINE_KEY, made, clock.wallMs());
  return written.ok ? good(made) : written;
}

/** Step 2. */
function nameKey(
  { folder, clock }: KeyRoom,
  keyring: Keyring | Omit<Keyring, "machine">,
  next: Identity,
): Result<Keyring, Trouble> {
  const before = "machine" in keyring ? keyring : undefined;
  if (before?.machine.id === next.id) return good(before);
  const key = publicKey(next, clock.wallMs());
  const named = before === undefined ? { ...keyring, machine: key } : withKey(before, "machine", key);
  const written = writeKeyring(folder, named, before === undefined ? "first" : "change");
  return written.ok ? good(named) : written;
}

/** Step 4. */
async function settle({ folder, clock }: KeyRoom, machine: KeyId): Promise<Result<void, Trouble>> {
  const file = await readMachineKey(folder, machine);
  if (isRight(file)) return good(undefined);
  const aside = file.at === "missing" ? good(undefined) : setAside(folder, MACHINE_KEY, clock.wallMs());
  const moved = aside.ok ? folder.move(NEXT_MACHINE_KEY, MACHINE_KEY) : aside;
  const synced = moved.ok ? folder.sync() : moved;
  return synced.ok ? good(undefined) : bad(unwritable(folder, MACHINE_KEY, synced.error));
}
