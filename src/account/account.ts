// An account as the program works with it, read from the tree when it is needed: at a login, and when somebody asks.
// Reads only.
import type { Metabase } from "../metabase/metabase.ts";
import { encodeName, nameOf } from "../metabase/tree/path.ts";
import { sortedEntries, type View, valuesAt } from "../metabase/tree/view.ts";
import type { StoredHash } from "./hash/scheme.ts";
import { readHash } from "./hash/schemes.ts";
import type { ScramSecret } from "./hash/scram-secret.ts";
import type { Holder } from "./may.ts";
import { groupSection, passwordSection, userSection } from "./settings.ts";

export type Accounts = Pick<Metabase, "view" | "subscribe" | "instance">;

export interface Password {
  readonly label: string;
  /** Undefined when it has none that can be verified. */
  readonly hash: StoredHash | undefined;
  readonly scram: ScramSecret | null;
  readonly createdMs: number | null;
  readonly expiresMs: number | null;
}

export interface Account {
  readonly name: string;
  readonly enabled: boolean;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly certificateNames: readonly string[];
  /** Itself, then its groups. */
  readonly holders: readonly Holder[];
  readonly passwords: readonly Password[];
}

export const userPath = (name: string): string => `account/users/${encodeName(name)}`;
export const groupPath = (name: string): string => `account/groups/${encodeName(name)}`;
export const passwordPath = (name: string, label: string): string => `${userPath(name)}/passwords/${encodeName(label)}`;

export function readAccount(view: View, name: string): Account | undefined {
  const path = userPath(name);
  if (view.own(path) === undefined) return undefined;
  const { enabled, fullName, groups, grants, certificateNames } = valuesAt(view, path, userSection);
  const ofGroups = groups.map((it): Holder => ({ is: "group", name: it, grants: groupGrants(view, it) }));
  const holders = [{ is: "user", name, grants } as const, ...ofGroups];
  const passwords = sortedEntries(view, `${path}/passwords`).map((it) => readPassword(view, it));
  return { name, enabled, fullName, groups, certificateNames, holders, passwords };
}

const groupGrants = (view: View, name: string): Holder["grants"] =>
  view.own(groupPath(name)) === undefined ? [] : valuesAt(view, groupPath(name), groupSection).grants;

function readPassword(view: View, path: string): Password {
  const { argon2id, foreign, scram, created, expires } = valuesAt(view, path, passwordSection);
  const text = argon2id ?? foreign;
  const read = text === null ? undefined : readHash(text);
  return {
    label: nameOf(path),
    hash: read?.ok ? read.value : undefined,
    scram,
    createdMs: created,
    expiresMs: expires,
  };
}

export const hasExpired = ({ expiresMs }: Password, nowMs: number): boolean => expiresMs !== null && expiresMs <= nowMs;
