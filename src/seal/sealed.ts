// A secret as the metabase keeps it, and how it is told to people. Pure; the shape itself is the settings language's.
import type { Fault } from "../base/fault.ts";
import type { Result } from "../base/result.ts";
import { isSealedValue, type SealedValue } from "../schema/kinds/link.ts";
import { currentIds, type Keyring } from "./keyring.ts";

/** `{"$sealed": {"keys": ["machine-…", "recovery-…"], "age": "-----BEGIN AGE ENCRYPTED FILE-----…"}}` */
export type Sealed = SealedValue;

/** The exact shape within its bounds; whether the text can be opened is only known by opening it. */
export const isSealed = isSealedValue;

/** All that is ever shown of a secret. */
export const sealedLabel = (sealed: Sealed): string => `sealed to ${sealed.$sealed.keys.join(", ")}`;

/** A sealed value and the setting it belongs to. */
export interface Secret {
  readonly path: string;
  readonly sealed: Sealed;
}

/** What the commands on keys ask of whoever keeps the secrets. */
export interface SecretStore {
  list(): Promise<Result<readonly Secret[], Fault>>;
  /**
   * All of these as one change, durable when it returns, or none. Refused when one of them is no longer what it `was`:
   * somebody set the secret anew in the meantime.
   */
  replace(changes: readonly SecretChange[]): Promise<Result<void, Fault>>;
}

export interface SecretChange extends Secret {
  readonly was: Sealed;
}

/** Sealed to exactly the keys in use. */
export function isCurrent({ $sealed }: Sealed, keyring: Keyring): boolean {
  const wanted = currentIds(keyring);
  return $sealed.keys.length === wanted.length && wanted.every((id) => $sealed.keys.includes(id));
}
