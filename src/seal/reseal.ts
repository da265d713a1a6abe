// Sealing secrets anew to the keys in use, all of them as one change. A secret that cannot be opened is left as it
// is and named.
import { about, type Fault } from "../base/fault.ts";
import { expectGood, good, type Result } from "../base/result.ts";
import { sealEvents } from "./events.ts";
import { keySubject } from "./key-file.ts";
import { KEYRING } from "./key-folder.ts";
import type { KeyRoom } from "./key-room.ts";
import type { Keyring } from "./keyring.ts";
import { type Opener, openSealed, sealText } from "./seal.ts";
import { isCurrent, type Sealed, type Secret, type SecretChange, type SecretStore } from "./sealed.ts";
import type { Trouble } from "./trouble.ts";

/** One secret: opened with any of the keys given, sealed to those in use. */
export async function reseal(secret: Secret, opener: Opener, keyring: Keyring): Promise<Result<Sealed, Trouble>> {
  const subject = about("secret", secret.path);
  const opened = await openSealed(secret.sealed, subject, opener);
  return opened.ok ? good(expectGood(await sealText(opened.value, keyring, subject))) : opened;
}

export interface Resealed {
  readonly done: number;
  /** How many were not sealed to exactly the keys in use. */
  readonly total: number;
  readonly unopened: readonly Fault[];
}

export async function resealAll(
  room: KeyRoom,
  store: SecretStore,
  opener: Opener,
  keyring: Keyring,
): Promise<Result<Resealed, Fault>> {
  const listed = await store.list();
  if (!listed.ok) return listed;
  const stale = listed.value.filter((it) => !isCurrent(it.sealed, keyring));
  const changes: SecretChange[] = [];
  const unopened: Trouble[] = [];
  for (const secret of stale) {
    const resealed = await reseal(secret, opener, keyring);
    if (resealed.ok) changes.push({ path: secret.path, was: secret.sealed, sealed: resealed.value });
    else unopened.push(resealed.error);
  }
  const replaced = changes.length === 0 ? good(undefined) : await store.replace(changes);
  if (!replaced.ok) return replaced;

  const counts = { done: changes.length, total: stale.length };
  if (stale.length > 0) room.report(sealEvents.secretsResealed, keySubject(room.folder, KEYRING), counts);
  for (const it of unopened.slice(0, TOLD_MAX)) it.tell(room.report);
  return good({ ...counts, unopened });
}

/** More would bury the log; the counts are in one event, and "keys status" names all. */
const TOLD_MAX = 100;
